/** What delivery counts; `server/` hands in what keeps the numbers. */
export interface Metrics {
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void
  /** A duration in seconds, or a size in octets. */
  observe(name: string, value: number, labels?: Readonly<Record<string, string>>): void
}

export const noMetrics: Metrics = { count: () => {}, observe: () => {} }
