/** Anywhere in a name, these make it a secret's; compared without case and separators. */
const TELLTALES = [
  'password',
  'passwd',
  'passphrase',
  'passcode',
  'secret',
  'token',
  'apikey',
  'accesskey',
  'privatekey',
  'encryptionkey',
  'signingkey',
  'sharedkey',
  'masterkey',
  'accountkey',
  'authkey',
  'authorization',
  'xauth',
  'credential',
  'cookie',
  'creditcard',
  'cardnumber',
  'sessionid',
  'sessionkey',
  'bearer',
  'socialsecurity',
  'csrf',
  'xsrf',
  'recoverycode',
  'backupcode',
  'securitycode',
  'pincode',
  'otpcode',
]

/** Too short to look for within a word: these must be the whole name or its last word, as in `card_pin`. */
const WORDS = ['pass', 'pwd', 'pin', 'otp', 'totp', 'ssn', 'cvv', 'cvc', 'sid', 'session', 'jwt', 'auth_key']

/** Parameters that are secrets in a URL, though their names say nothing elsewhere. */
const IN_URL = /^(?:code|key|ticket|nonce|assertion)$|(?:^|[^a-z])(?:sig|signature)$/i

/** What is said about a secret is none: `token_type`, `password_changed_at`. */
const ABOUT_A_SECRET =
  /(?:type|count|limit|limits|expiry|expires|expiresin|expiresat|expiration|ttl|length|lifetime|policy|required|enabled|changed|changedat|updatedat|createdat|usage|used|budget|strength)$/
const HARMLESS =
  /secretar(?:y|ies)|tokeniz|cookie(?:consent|policy)|(?:max|min|num|total|prompt|completion|input|output|cached|reasoning)tokens/g

/** Decides by a name alone whether what it names is a secret. */
export interface SecretNames {
  has(name: string): boolean
  /** The same for the parameters of a URL, where `code` and `sig` are secrets too. */
  hasInUrl(name: string): boolean
}

/** Which names are secrets; all are compared without case and separators. */
export interface NameOptions {
  /** More names of fields, headers and parameters whose values are secrets. Default: none. */
  readonly keys?: readonly string[]
  /** Names that are no secrets, though the built-in list says so; each in full. Default: none. */
  readonly allow?: readonly string[]
}

const REMEMBERED_AT_MOST = 2_000
const LONGEST = 128

/** Compiles the secret names: those above, with `keys` more, and without those that `allow` names in full. */
export function createSecretNames({ keys = [], allow = [] }: NameOptions): SecretNames {
  const telltale = new RegExp(TELLTALES.join('|'))
  const exact = new Set([...WORDS, ...keys].map(fold))
  const allowed = new Set(allow.map(fold))
  const remembered = new Map<string, boolean>()

  function has(name: string): boolean {
    const known = remembered.get(name)
    if (known !== undefined) return known
    const secret = decide(name.length > LONGEST ? name.slice(-LONGEST) : name)
    // Names can come from a client: what is remembered must not grow without end.
    if (remembered.size < REMEMBERED_AT_MOST && name.length <= LONGEST) remembered.set(name, secret)
    return secret
  }

  function decide(name: string): boolean {
    const folded = fold(name)
    if (allowed.has(folded)) return false
    if (exact.has(folded)) return true
    if (exact.has(lastWord(name)) && !allowed.has(lastWord(name))) return true
    return telltale.test(folded.replace(HARMLESS, '')) && !ABOUT_A_SECRET.test(folded)
  }

  return { has, hasInUrl: (name) => IN_URL.test(name) || has(name) }
}

/** A name without case and separators: `X-Api-Key`, `x_api_key` and `xApiKey` are one. */
function fold(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '')
}

function lastWord(name: string): string {
  return /[A-Z]?[a-z0-9]+(?=[^A-Za-z0-9]*$)|[A-Z0-9]+(?=[^A-Za-z0-9]*$)/.exec(name)?.[0].toLowerCase() ?? ''
}
