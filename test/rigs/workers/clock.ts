/** Sets this process's clock: every `Date` is so many ms ahead from now on, or behind. Timers go on as they were. */
export function shiftClock(aheadMs: number): void {
  const Real = Date
  globalThis.Date = new Proxy(Real, {
    construct: (target, args: unknown[], made) =>
      Reflect.construct(target, args.length === 0 ? [Real.now() + aheadMs] : args, made) as Date,
    apply: () => new Real(Real.now() + aheadMs).toString(),
    get: (target, name) => (name === 'now' ? () => Real.now() + aheadMs : (Reflect.get(target, name) as unknown)),
  })
}
