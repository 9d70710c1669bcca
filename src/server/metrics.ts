/** Prometheus metrics: the process, the event loop, listeners, protocols and log lines. Labels are few and bounded. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Metrics as DeliveryMetrics } from '#domain/delivery/metrics.ts'
import type { ImapMetrics } from '#protocol/imap/server.ts'
import type { Level } from './log.ts'

export interface Metrics {
  readonly contentType: string
  text(): Promise<string>
  countLog(level: Level): void
  observeRequest(route: string, status: number, seconds: number): void
  /** Asks `read` for values by label each time metrics are read. */
  gauges(name: string, help: string, label: string, read: () => Iterable<readonly [string, number]>): void
  readonly delivery: DeliveryMetrics
  readonly imap: ImapMetrics
}

const seconds = [0.002, 0.01, 0.05, 0.2, 1, 5, 30]
const octets = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8]

/** Counters and histograms made when they are first used: the rooms below name what they count. */
const deliveryMetrics = (registers: Registry[]): DeliveryMetrics => {
  const counters = new Map<string, Counter<string>>()
  const histograms = new Map<string, Histogram<string>>()
  return {
    count: (name, labels = {}, by = 1) => {
      const full = `convergence_${name}`
      const known = counters.get(name)
      const counter = known ?? new Counter({ name: full, help: name, labelNames: Object.keys(labels), registers })
      if (!known) counters.set(name, counter)
      counter.inc(labels, by)
    },
    observe: (name, value, labels = {}) => {
      const buckets = /octets|bytes|size/.test(name) ? octets : seconds
      const full = `convergence_${name}`
      const known = histograms.get(name)
      const histogram =
        known ?? new Histogram({ name: full, help: name, labelNames: Object.keys(labels), buckets, registers })
      if (!known) histograms.set(name, histogram)
      histogram.observe(labels, value)
    },
  }
}

const imapMetrics = (registers: Registry[]): ImapMetrics => {
  const commands = new Histogram({
    name: 'convergence_imap_command_seconds',
    help: 'Time to answer IMAP commands',
    labelNames: ['command', 'status'],
    buckets: seconds,
    registers,
  })
  return {
    command: (command, status, milliseconds) => commands.observe({ command, status }, milliseconds / 1000),
  }
}

export const createMetrics = (): Metrics => {
  const registry = new Registry()
  const registers = [registry]
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
    text: () => registry.metrics(),
    countLog: (level) => lines.inc({ level }),
    observeRequest: (route, status, duration) => requests.observe({ route, status: String(status) }, duration),
    gauges: (name, help, label, read) => {
      const gauge: Gauge<string> = new Gauge({
        name,
        help,
        labelNames: [label],
        registers,
        collect: () => {
          for (const [value, count] of read()) gauge.set({ [label]: value }, count)
        },
      })
    },
    delivery: deliveryMetrics(registers),
    imap: imapMetrics(registers),
  }
}
