/** Prometheus metrics: the process, the event loop, listeners, sign-ins and log lines. Labels are few and bounded. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Level } from './log.ts'

export interface Metrics {
  readonly registry: Registry
  readonly contentType: string
  text(): Promise<string>
  countLog(level: Level): void
  observeRequest(route: string, status: number, seconds: number): void
  /** Asks `read` for the value each time metrics are read. */
  gauge(name: string, help: string, read: () => number): void
  /** The same with one label. */
  gauges(name: string, help: string, label: string, read: () => Iterable<readonly [string, number]>): void
}

export const createMetrics = (): Metrics => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
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
    buckets: [0.002, 0.01, 0.05, 0.2, 1, 5],
    registers,
  })
  return {
    registry,
    contentType: registry.contentType,
    text: () => registry.metrics(),
    countLog: (level) => lines.inc({ level }),
    observeRequest: (route, status, seconds) => requests.observe({ route, status: String(status) }, seconds),
    gauge: (name, help, read) => {
      const gauge: Gauge<string> = new Gauge({ name, help, registers, collect: () => gauge.set(read()) })
    },
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
  }
}
