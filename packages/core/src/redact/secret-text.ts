import { MARKER } from './limits'
import { type IsSecret, redactPairs } from './pairs'

// Nothing that is looked for below comes without one of these.
const WORTH_A_LOOK =
  /[=:%<"'`]|[Bb][Ee][Aa][Rr][Ee][Rr]|[Bb][Aa][Ss][Ii][Cc]|eyJ|[srp]k_|sk-|gh[a-z]_|github_pat|xox|AKIA|ASIA|AIza|glpat|npm_|SG\.|whsec_|-----BEGIN/

const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----(?:[^-]|-(?!----))*(?:-----END [A-Z0-9 ]{0,40}-----)?/g
const URL_USER = /([A-Za-z][A-Za-z0-9+.-]{0,30}:\/\/)[^\s/?#"'<>]*@/g
const BEARER = /\b(bearer)(\s+|%20|\+)(?!(?:token|auth|error|realm)[a-z]*(?:[\s.,;:)]|$))["']?[^\s"',;]+/gi
const BASIC = /\b(basic(?:\s+|%20|\+))([A-Za-z0-9+/_-]{4,}={0,2})/gi
const JWT = /\beyJ[\w-]{4,}(?:\.[\w-]*){1,4}/g
// Prefixes that issuers gave their keys so that they can be found: Stripe, OpenAI, GitHub, Slack, AWS, Google, GitLab,
// npm, SendGrid, Svix.
const KNOWN_KEY =
  /\b(?:[srp]k_(?:live|test)_\w{8,}|sk-[\w-]{16,}|gh[pousr]_\w{16,}|github_pat_\w{16,}|xox[a-z]-[\w-]{8,}|(?:AKIA|ASIA)[A-Z0-9]{12,}|AIza[\w-]{30,}|glpat-[\w-]{16,}|npm_\w{30,}|SG\.[\w-]{16,}\.[\w-]{16,}|whsec_[\w+/=-]{16,})/g
const AFTER_WORD =
  /\b(\w{0,40}(?:password|passwd|passphrase|secret|token|api[ _-]?key|pin))(\s+(?:is\s+|was\s+)?)(["'`])(?:(?!\3)[^\\]|\\.){3,}\3?/gi
const XML_ELEMENT = /(<([\w:.-]{1,64})(?:\s[^<>]{0,200})?>)([^<]+)/g
const FORM_PART = /(name="([^"\r\n]{1,128})"[^\r\n]{0,256}(?:\r?\n[^\r\n]{1,256}){0,8}\r?\n\r?\n)([^\r\n]+)/g

/**
 * Takes secrets out of a text of any kind: values beside secret names, credentials in URLs and connection strings,
 * bearer and basic credentials, JSON web tokens, private keys, and keys that show who issued them.
 *
 * @param extra more patterns, each with the flag `g`; what one matches is replaced whole
 */
export function redactText(text: string, isSecret: IsSecret, extra: readonly RegExp[]): string {
  let clean = WORTH_A_LOOK.test(text) ? redactKnown(text, isSecret) : text
  for (const pattern of extra) clean = clean.replace(pattern, MARKER.redacted)
  return clean
}

function redactKnown(text: string, isSecret: IsSecret): string {
  let clean = text
  if (clean.includes('-----BEGIN')) clean = clean.replace(PRIVATE_KEY, MARKER.redacted)
  if (clean.includes('://')) clean = clean.replace(URL_USER, `$1${MARKER.redacted}@`)
  if (clean.includes('<')) clean = redactNamed(clean, XML_ELEMENT, isSecret)
  if (clean.includes('name="')) clean = redactNamed(clean, FORM_PART, isSecret)
  clean = redactPairs(clean, isSecret)
  clean = clean.replace(BEARER, `$1$2${MARKER.redacted}`)
  clean = clean.replace(BASIC, (all, scheme: string, credentials: string) =>
    isBasicCredentials(credentials) ? scheme + MARKER.redacted : all,
  )
  clean = clean.replace(JWT, MARKER.redacted).replace(KNOWN_KEY, MARKER.redacted)
  return /["'`]/.test(clean) ? clean.replace(AFTER_WORD, `$1$2$3${MARKER.redacted}$3`) : clean
}

function redactNamed(text: string, pattern: RegExp, isSecret: IsSecret): string {
  return text.replace(pattern, (all, before: string, name: string) => (isSecret(name) ? before + MARKER.redacted : all))
}

/** `Basic authentication` is English; `Basic dXNlcjpwYXNz` decodes to a user, a colon and a password. */
function isBasicCredentials(text: string): boolean {
  return Buffer.from(text, 'base64').includes(':')
}
