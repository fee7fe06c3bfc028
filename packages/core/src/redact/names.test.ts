import { createSecretNames } from './names'

const names = createSecretNames({})

describe('a secret name', () => {
  it.each([
    'password',
    'Password',
    'PASSWORD',
    'user_password',
    'newPassword',
    'password_confirmation',
    'user[password]',
    'passwd',
    'pwd',
    'db.pwd',
    'pass',
    'passphrase',
    'secret',
    'clientSecret',
    'client_secret',
    'AWS_SECRET_ACCESS_KEY',
    'token',
    'access_token',
    'refreshToken',
    'csrf-token',
    'X-CSRF-Token',
    'authorization',
    'Authorization',
    'Proxy-Authorization',
    'cookie',
    'Set-Cookie',
    'api_key',
    'apiKey',
    'x-api-key',
    'DD-API-KEY',
    'accessKey',
    'access-key-id',
    'private_key',
    'privateKey',
    'credit card',
    'creditCard',
    'card_number',
    'ssn',
    'userSSN',
    'otp',
    'sms_otp',
    'pin',
    'cardPin',
    'PIN',
    'cvv',
    'session',
    'sessionId',
    'session_id',
    'connect.sid',
    'jwt',
    'credentials',
    'x-vault-token',
    'X-Amz-Security-Token',
    'recovery_codes',
    'tokens',
    'secrets',
  ])('is %s', (name) => expect(names.has(name)).toBe(true))

  it.each([
    '',
    'name',
    'email',
    'title',
    'pinned',
    'spin',
    'shipping',
    'opinion',
    'session_count',
    'bypass',
    'passenger',
    'compass',
    'author',
    'authored_by',
    'secretary',
    'tokenizer',
    'max_tokens',
    'promptTokens',
    'token_type',
    'tokenCount',
    'token_limit',
    'password_changed_at',
    'passwordPolicy',
    'cookieConsent',
    'key',
    'code',
    'status',
    'login_method',
    'side',
    'inside',
    'monkey',
    'keyboard',
    'dashboard',
    'http',
    'https',
    'Unexpected',
  ])('is not %j', (name) => expect(names.has(name)).toBe(false))

  it('can be added, and taken out in full, without regard to case and separators', () => {
    const chosen = createSecretNames({ keys: ['national-id', 'IBAN'], allow: ['session', 'Password_Hint', 'pin'] })
    expect(['nationalId', 'NATIONAL_ID', 'customer_iban'].map(chosen.has)).toEqual([true, true, true])
    expect(['session', 'passwordHint', 'PIN', 'card_pin'].map(chosen.has)).toEqual([false, false, false, false])
    expect(['session_id', 'password'].map(chosen.has)).toEqual([true, true])
  })

  it('is code or sig only in a URL', () => {
    expect(['code', 'sig', 'Signature', 'token'].map(names.hasInUrl)).toEqual([true, true, true, true])
    expect(['state', 'page', 'q'].map(names.hasInUrl)).toEqual([false, false, false])
  })

  it('is decided in little time and little memory for hostile names', () => {
    const started = performance.now()
    for (let count = 0; count < 20_000; count++) names.has(`x-${count}-`.repeat(50))
    expect(names.has(`${'a'.repeat(1_000_000)}password`)).toBe(true)
    expect(performance.now() - started).toBeLessThan(3_000)
  })
})
