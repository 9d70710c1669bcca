/**
 * School holidays of zone A (Besançon): a snapshot, replaced by `convergence support holidays FILE`. 2025-2026 by the
 * arrêté of 7 December 2022 and its successors; 2026-2027 is to be confirmed by such an import.
 */
export const schoolHolidays: readonly { readonly name: string; readonly from: string; readonly to: string }[] = [
  { name: 'Vacances de la Toussaint', from: '2025-10-18', to: '2025-11-03' },
  { name: 'Vacances de Noël', from: '2025-12-20', to: '2026-01-05' },
  { name: 'Vacances d’hiver', from: '2026-02-07', to: '2026-02-23' },
  { name: 'Vacances de printemps', from: '2026-04-04', to: '2026-04-20' },
  { name: 'Pont de l’Ascension', from: '2026-05-14', to: '2026-05-18' },
  { name: 'Vacances d’été', from: '2026-07-04', to: '2026-09-01' },
  { name: 'Vacances de la Toussaint', from: '2026-10-17', to: '2026-11-02' },
  { name: 'Vacances de Noël', from: '2026-12-19', to: '2027-01-04' },
  { name: 'Vacances d’hiver', from: '2027-02-13', to: '2027-03-01' },
  { name: 'Vacances de printemps', from: '2027-04-10', to: '2027-04-26' },
  { name: 'Vacances d’été', from: '2027-07-03', to: '2027-09-01' },
]
