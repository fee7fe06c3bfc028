import { MARKER } from './limits'
import { type IsSecret, redactPairs } from './pairs'

// No credential that is known by its own looks comes without one of these.
const CREDENTIAL_HINT =
  /bearer|basic|eyJ|[srp]k_|sk-|gh[a-z]_|github_pat|xox|AKIA|ASIA|AIza|glpat|npm_|SG\.|whsec_|-----BEGIN|B[Ee][Aa][Rr][Ee][Rr]|B[Aa][Ss][Ii][Cc]/

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
  let clean = CREDENTIAL_HINT.test(text) ? redactCredentials(text) : text
  const hints = hintsIn(clean)
  if (hints & SEPARATED) clean = redactSeparated(clean, isSecret)
  if (hints & TAGGED) clean = redactNamed(clean, XML_ELEMENT, isSecret)
  if (hints & QUOTED) clean = clean.replace(AFTER_WORD, `$1$2$3${MARKER.redacted}$3`)
  for (const pattern of extra) clean = clean.replace(pattern, MARKER.redacted)
  return clean
}

const SEPARATED = 1
const TAGGED = 2
const QUOTED = 4
const HINTS = new Uint8Array(128)
for (const character of '=:%') HINTS[character.charCodeAt(0)] = SEPARATED
for (const character of '"\'`') HINTS[character.charCodeAt(0)] = QUOTED
HINTS['<'.charCodeAt(0)] = TAGGED

/** Which searches are worth their time: most texts hold none of these characters. */
function hintsIn(text: string): number {
  let hints = 0
  for (let at = 0; at < text.length; at++) hints |= HINTS[text.charCodeAt(at)] ?? 0
  return hints
}

function redactSeparated(text: string, isSecret: IsSecret): string {
  let clean = text
  if (clean.includes('://')) clean = clean.replace(URL_USER, `$1${MARKER.redacted}@`)
  if (clean.includes('name="')) clean = redactNamed(clean, FORM_PART, isSecret)
  return redactPairs(clean, isSecret)
}

function redactCredentials(text: string): string {
  return text
    .replace(PRIVATE_KEY, MARKER.redacted)
    .replace(BEARER, `$1$2${MARKER.redacted}`)
    .replace(BASIC, (all, scheme: string, credentials: string) =>
      isBasicCredentials(credentials) ? scheme + MARKER.redacted : all,
    )
    .replace(JWT, MARKER.redacted)
    .replace(KNOWN_KEY, MARKER.redacted)
}

function redactNamed(text: string, pattern: RegExp, isSecret: IsSecret): string {
  return text.replace(pattern, (all, before: string, name: string) => (isSecret(name) ? before + MARKER.redacted : all))
}

/** `Basic authentication` is English; `Basic dXNlcjpwYXNz` decodes to a user, a colon and a password. */
function isBasicCredentials(text: string): boolean {
  return Buffer.from(text, 'base64').includes(':')
}
