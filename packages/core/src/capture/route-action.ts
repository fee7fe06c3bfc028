/** What a route says about a request that nobody annotated; computed once for each method and pattern. */
export interface RouteAction {
  readonly action: string
  readonly resourceType: string
  /** The path parameter that holds the resource's id. */
  readonly idParam: string | undefined
  readonly issueParam: string | undefined
  readonly workspaceParam: string | undefined
  readonly projectParam: string | undefined
}

const PREFIX = /^(api|rest|v\d+(\.\d+)*)$/i
const WORKSPACE_PARAMS = new Set(['ws_id', 'workspaceId', 'workspace_id'])
const ISSUE_PARAMS = new Set(['issue_id', 'issueId'])
const PROJECT_PARAMS = new Set(['project_id', 'projectId'])
const AUTH_VERBS: Record<string, string> = {
  login: 'login',
  signin: 'login',
  'sign-in': 'login',
  logout: 'logout',
  signout: 'logout',
  'sign-out': 'logout',
  register: 'register',
  signup: 'register',
  'sign-up': 'register',
}

const ITEM_VERBS: Record<string, string> = { GET: 'read', HEAD: 'read', DELETE: 'delete', OPTIONS: 'options' }
const COLLECTION_VERBS: Record<string, string> = { ...ITEM_VERBS, GET: 'list', HEAD: 'list', POST: 'create' }

/**
 * Derives action and resource from a method and a route pattern: `POST /api/projects` is `project.create`,
 * `PATCH /projects/:id` is `project.update` of `project/<id>`, `POST /issues/:id/close` is `issue.close`,
 * `POST /auth/login` is `auth.login`. A version or `api` prefix says nothing and is left out.
 */
export function routeAction(method: string, pattern: string): RouteAction {
  const segments = pattern.split('/').filter((segment) => segment !== '' && !PREFIX.test(segment))
  const params = segments.filter(isParam).map(paramName)
  const { noun, verb } = words(method, segments)
  return {
    action: `${noun}.${verb}`,
    resourceType: noun,
    idParam: paramAfter(segments, noun),
    issueParam: params.find((name) => ISSUE_PARAMS.has(name)) ?? paramAfter(segments, 'issue'),
    workspaceParam: params.find((name) => WORKSPACE_PARAMS.has(name)),
    projectParam: params.find((name) => PROJECT_PARAMS.has(name)) ?? paramAfter(segments, 'project'),
  }
}

function words(method: string, segments: readonly string[]): { noun: string; verb: string } {
  const last = segments.at(-1)
  const statics = segments.filter((segment) => !isParam(segment)).map(word)
  const name = statics.at(-1)
  if (last === undefined || name === undefined) return { noun: 'root', verb: itemVerb(method) }
  if (isParam(last)) return { noun: singular(name), verb: itemVerb(method) }
  if (singular(name) !== name) return { noun: singular(name), verb: COLLECTION_VERBS[method] ?? 'update' }
  const owner = statics.at(-2)
  const authVerb = AUTH_VERBS[name]
  if (authVerb !== undefined) return { noun: 'auth', verb: authVerb }
  // A singular word at the end of a POST is a verb of its own: /issues/:id/close, /reports/generate.
  if (method === 'POST' && owner !== undefined) return { noun: singular(owner), verb: name }
  return { noun: name, verb: method === 'POST' ? 'create' : itemVerb(method) }
}

const itemVerb = (method: string): string => ITEM_VERBS[method] ?? 'update'
const isParam = (segment: string): boolean => /[:*{(]/.test(segment)
const paramName = (segment: string): string => /[:*]\.*(\w+)/.exec(segment)?.[1] ?? segment
const word = (segment: string): string => segment.toLowerCase().replace(/[^a-z0-9_-]+/g, '-')

/** The parameter right behind the segment that names `noun`, in `/…/<noun>s/:param`. */
function paramAfter(segments: readonly string[], noun: string): string | undefined {
  const at = segments.findLastIndex((segment, index) => {
    const next = segments[index + 1]
    return next !== undefined && isParam(next) && !isParam(segment) && singular(word(segment)) === noun
  })
  const param = segments[at + 1]
  return at < 0 || param === undefined ? undefined : paramName(param)
}

const IRREGULAR: Record<string, string> = { people: 'person', children: 'child', data: 'data', media: 'media' }
const UNCHANGED = /(ss|us|is|news|series|species)$/

/** The singular of an English plural, by its ending; a word that is not a plural comes back as it is. */
export function singular(noun: string): string {
  const irregular = IRREGULAR[noun]
  if (irregular !== undefined) return irregular
  if (UNCHANGED.test(noun)) return noun
  if (noun.endsWith('ies') && noun.length > 4) return `${noun.slice(0, -3)}y`
  if (/(ss|sh|ch|x|z|us)es$/.test(noun)) return noun.slice(0, -2)
  if (noun.endsWith('s') && noun.length > 2) return noun.slice(0, -1)
  return noun
}

/** {@link routeAction} with a memory of `capacity` routes: a host has few of them and many requests. */
export function createRouteActions(capacity: number): (method: string, pattern: string) => RouteAction {
  const byMethod = new Map<string, Map<string, RouteAction>>()
  let size = 0
  return (method, pattern) => {
    let routes = byMethod.get(method)
    if (routes === undefined) byMethod.set(method, (routes = new Map<string, RouteAction>()))
    let action = routes.get(pattern)
    if (action !== undefined) return action
    if (size++ >= capacity) return routeAction(method, pattern)
    routes.set(pattern, (action = routeAction(method, pattern)))
    return action
  }
}
