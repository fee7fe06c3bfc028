import { type AuditOptions, createAuditTrail } from '@actrail/core'
import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  type InjectionToken,
  Module,
  type ModuleMetadata,
  type NestModule,
  type OnApplicationShutdown,
  type OptionalFactoryDependency,
  type Provider,
} from '@nestjs/common'
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core'
import { AuditTrail } from './audit-trail.js'
import { CALLS, HttpCalls } from './http-calls.js'
import { HttpCapture } from './http-capture.js'
import type { HttpRequest } from './http-request.js'

/**
 * What the module takes: the options of a trail, or a trail that is made already, to share one with jobs, or in tests;
 * whoever made it stops it.
 */
export type AuditModuleOptions<Native = HttpRequest> = (
  AuditOptions<Native> | { readonly trail: Pick<AuditTrail, keyof AuditTrail> }
) & {
  /**
   * Where the endpoints are, such as `api/v1`; neither global prefix nor version is put before it. They refuse until
   * `authorize` is given. @default nowhere
   */
  readonly path?: string | undefined
}

/** Options that need other providers, such as the host's `DataSource`. */
export interface AuditModuleAsyncOptions<Native = HttpRequest, Injected extends unknown[] = never[]> {
  readonly imports?: ModuleMetadata['imports']
  readonly inject?: (InjectionToken | OptionalFactoryDependency)[]
  readonly useFactory: (...injected: Injected) => AuditModuleOptions<Native> | Promise<AuditModuleOptions<Native>>
}

const OPTIONS = Symbol.for('actrail.nestjs.options.v1')
const CAPTURE = Symbol.for('actrail.nestjs.capture.v1')

/**
 * Records every request of the application. Global: {@link AuditTrail} can be injected anywhere. Import it once, in the
 * root module.
 *
 * @example AuditModule.forRoot({ database: process.env.DATABASE_URL, path: 'api/v1' })
 */
@Module({})
export class AuditModule implements NestModule, BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    @Inject(AuditTrail) private readonly trail: AuditTrail,
    @Inject(OPTIONS) private readonly options: AuditModuleOptions,
    @Inject(CAPTURE) private readonly capture: HttpCapture,
  ) {}

  /** @throws ActrailError `ERR_OPTION_UNKNOWN`, `ERR_OPTION_INVALID` when the application is made */
  static forRoot<Native = HttpRequest>(options: AuditModuleOptions<Native> = {}): DynamicModule {
    return moduleOf({ provide: OPTIONS, useValue: options })
  }

  /**
   * As {@link AuditModule.forRoot}, with options made of other providers.
   * @example AuditModule.forRootAsync({ inject: [DataSource], useFactory: (database: DataSource) => ({ database }) })
   */
  static forRootAsync<Native = HttpRequest, Injected extends unknown[] = never[]>(
    options: AuditModuleAsyncOptions<Native, Injected>,
  ): DynamicModule {
    const { imports = [], inject = [], useFactory } = options
    return { ...moduleOf({ provide: OPTIONS, inject, useFactory: useFactory as never }), imports }
  }

  /** Called by Nest. */
  configure(): void {
    this.capture.mount(this.options.path)
  }

  /** Called by Nest, while the host's `DataSource` is still open. Events that cannot be stored now wait in the journal. */
  async beforeApplicationShutdown(): Promise<void> {
    await flushed(this.trail)
  }

  /** Called by Nest when the last request has ended. */
  async onApplicationShutdown(): Promise<void> {
    if (!('trail' in this.options)) await this.trail.stop()
  }
}

function moduleOf(options: Provider): DynamicModule {
  return {
    module: AuditModule,
    global: true,
    providers: [
      options,
      {
        provide: AuditTrail,
        inject: [OPTIONS],
        useFactory: ({ path: _path, ...options }: AuditModuleOptions<never>) =>
          'trail' in options ? options.trail : createAuditTrail(options),
      },
      { provide: CALLS, inject: [ModulesContainer], useFactory: (modules: ModulesContainer) => new HttpCalls(modules) },
      {
        provide: CAPTURE,
        inject: [AuditTrail, CALLS, HttpAdapterHost],
        useFactory: (trail: AuditTrail, calls: HttpCalls, host: HttpAdapterHost) =>
          new HttpCapture({ trail, calls }, host),
      },
    ],
    exports: [AuditTrail, CALLS],
  }
}

const FLUSH_AT_MOST_MS = 5_000

/** As `stop()` does it: a store that is away must not hold up the shutdown. */
async function flushed(trail: AuditTrail): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise((resolve) => (timer = setTimeout(resolve, FLUSH_AT_MOST_MS)))
  await Promise.race([trail.flush().catch(() => undefined), patience])
  clearTimeout(timer)
}
