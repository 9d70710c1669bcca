/** What the counts and times of the rooms below mean, as Prometheus shows it. */
export const metricHelp: Readonly<Record<string, string>> = {
  filter_runs_total: 'Sieve scripts run at delivery',
  mail_dmarc_total: 'Messages from outside, by their DMARC result',
  mail_message_bytes: 'Size of messages taken',
  mail_messages_refused_total: 'Messages refused after their content, by door and reason',
  mail_messages_total: 'Messages taken, by door',
  mail_recipients_refused_total: 'Recipients refused, by door and reason',
  mail_reports_total: 'Delivery reports made (bounces, delays, successes)',
  mail_verification_seconds: 'Time to verify SPF, DKIM, DMARC and ARC',
  mta_sts_fetches_total: 'Policies of other domains asked for (MTA-STS), by result',
  mta_sts_testing_failures_total: 'Messages that an MTA-STS policy under test would have held back',
  queue_attempt_seconds: 'Time of an attempt to hand a message on',
  queue_outcomes_total: 'Recipients after an attempt, by what came of it',
  queue_recipients_total: 'Recipients put into the queue',
  queue_tls_total: 'Attempts at other servers by the TLS used (none, unverified, verified) and the policy asked for',
  smtp_connections_refused_total: 'SMTP and LMTP connections refused, by door',
  smtp_connections_total: 'SMTP and LMTP connections, by door',
}
