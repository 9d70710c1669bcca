/** Prometheus metrics: the process, the event loop, listeners, protocols and log lines. Labels are few and bounded. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Metrics as DeliveryMetrics } from '#domain/delivery/metrics.ts'
import type { ImapMetrics } from '#protocol/imap/server.ts'
import type { Level } from './log.ts'
import { metricHelp } from './metrics.data.ts'

/** Values by label. */
type Readings = Iterable<readonly [string, number]>

export interface Metrics {
  readonly contentType: string
  text(): Promise<string>
  countLog(level: Level): void
  observeRequest(route: string, status: number, seconds: number): void
  /** Asks `read` for values by label each time metrics are read. */
  gauges(name: string, help: string, label: string, read: () => Readings | Promise<Readings>): void
  readonly delivery: DeliveryMetrics
  readonly imap: ImapMetrics
}

const seconds = [0.002, 0.01, 0.05, 0.2, 1, 5, 30]
const octets = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8]

type Labels = Readonly<Record<string, string>>

const keyOf = (name: string, labels: Labels): string => {
  let key = name
  for (const label in labels) key += ` ${labels[label]}`
  return key
}

/** Observations kept before a histogram is told. */
const fewObserved = 200

/**
 * What was counted and observed since the last look. Each message and each command counts several things, and prom-client
 * looks at all labels each time: so they wait here until somebody asks, or there are many.
 */
class Gathered {
  readonly #counts = new Map<string, { readonly counter: Counter<string>; readonly labels: Labels; by: number }>()
  readonly #observed = new Map<string, { readonly tell: (value: number) => void; readonly values: number[] }>()

  /** `counter` is asked for once for each set of labels. */
  count(name: string, labels: Labels, by: number, counter: () => Counter<string>): void {
    const key = keyOf(name, labels)
    const known = this.#counts.get(key)
    if (known) known.by += by
    else this.#counts.set(key, { counter: counter(), labels: { ...labels }, by })
  }

  observe(name: string, labels: Labels, value: number, histogram: () => Histogram<string>): void {
    const key = keyOf(name, labels)
    let known = this.#observed.get(key)
    if (!known) {
      const [own, teller] = [{ ...labels }, histogram()]
      this.#observed.set(key, (known = { tell: (one) => teller.observe(own, one), values: [] }))
    }
    known.values.push(value)
    if (known.values.length >= fewObserved) for (const one of known.values.splice(0)) known.tell(one)
  }

  tell(): void {
    for (const one of this.#counts.values()) {
      one.counter.inc(one.labels, one.by)
      one.by = 0
    }
    for (const { tell, values } of this.#observed.values()) for (const one of values.splice(0)) tell(one)
  }
}

/** Counters and histograms made when they are first used: the rooms below name what they count. */
const deliveryMetrics = (gathered: Gathered, registers: Registry[]): DeliveryMetrics => {
  const counters = new Map<string, Counter<string>>()
  const histograms = new Map<string, Histogram<string>>()
  const counterFor = (name: string, labels: Labels): Counter<string> => {
    const known = counters.get(name)
    if (known) return known
    const made = new Counter({
      name: `convergence_${name}`,
      help: metricHelp[name] ?? name,
      labelNames: Object.keys(labels),
      registers,
    })
    counters.set(name, made)
    return made
  }
  const histogramFor = (name: string, labels: Labels): Histogram<string> => {
    const known = histograms.get(name)
    if (known) return known
    const made = new Histogram({
      name: `convergence_${name}`,
      help: metricHelp[name] ?? name,
      labelNames: Object.keys(labels),
      buckets: /octets|bytes|size/.test(name) ? octets : seconds,
      registers,
    })
    histograms.set(name, made)
    return made
  }
  return {
    count: (name, labels = {}, by = 1) => gathered.count(name, labels, by, () => counterFor(name, labels)),
    observe: (name, value, labels = {}) => gathered.observe(name, labels, value, () => histogramFor(name, labels)),
  }
}

const imapMetrics = (gathered: Gathered, registers: Registry[]): ImapMetrics => {
  const commands = new Histogram({
    name: 'convergence_imap_command_seconds',
    help: 'Time to answer IMAP commands',
    labelNames: ['command', 'status'],
    buckets: seconds,
    registers,
  })
  return {
    command: (command, status, milliseconds) =>
      gathered.observe('imap', { command, status }, milliseconds / 1000, () => commands),
  }
}

export const createMetrics = (): Metrics => {
  const registry = new Registry()
  const registers = [registry]
  const gathered = new Gathered()
  collectDefaultMetrics({ register: registry })
  const lines = new Counter({
    name: 'convergence_log_lines_total',
    help: 'Log lines',
    labelNames: ['level'],
    registers,
  })
  const requests = new Histogram({
    name: 'convergence_http_request_seconds',
    help: 'Time to answer HTTP requests',
    labelNames: ['route', 'status'],
    buckets: seconds,
    registers,
  })
  return {
    contentType: registry.contentType,
    text: () => {
      gathered.tell()
      return registry.metrics()
    },
    countLog: (level) => lines.inc({ level }),
    observeRequest: (route, status, duration) => requests.observe({ route, status: String(status) }, duration),
    gauges: (name, help, label, read) => {
      const gauge: Gauge<string> = new Gauge({
        name,
        help,
        labelNames: [label],
        registers,
        collect: async () => {
          for (const [value, count] of await read()) gauge.set({ [label]: value }, count)
        },
      })
    },
    delivery: deliveryMetrics(gathered, registers),
    imap: imapMetrics(gathered, registers),
  }
}
