import { usageFailure } from '../failure'

/**
 * The address at which the activity API is mounted, in one way of writing it, so that addresses can be compared: no slash
 * at its end. Refuses what is no http(s) address, and one with credentials, a query or a fragment.
 *
 * @param origin where it was given, for the message: `--server`
 */
export function serverUrl(text: string, origin: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw usageFailure(
      `${origin}: "${text}" is no address. Give where the activity API is mounted, such as https://app.example/api/v1.`,
    )
  }
  // The address is shown and saved; what was typed may hold a password and is not repeated.
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw usageFailure(`${origin}: an address has no credentials, query or fragment. Log in with: actrail login`)
  }
  return url.href.replace(/\/+$/, '')
}

/** Whether what is sent there can be read on the way: http to another machine. */
export function isUnencrypted(server: string): boolean {
  const { protocol, hostname } = new URL(server)
  return protocol === 'http:' && !/^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
