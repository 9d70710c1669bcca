/** "Arena" of the demonstration: management applications behind CAS 2. */
import { runCasService } from './cas-service.ts'
import { labels } from './labels.data.ts'
import { section, tiles } from './page.ts'

runCasService({
  id: 'arena',
  name: 'Arena',
  kind: 'Service de démonstration — protocole CAS 2.0',
  validatePath: '/cas/serviceValidate',
  labels,
  content: section(
    'Domaines',
    tiles([
      ['Scolarité du 2nd degré', 'Base élèves, inscriptions, orientation'],
      ['Gestion des personnels', 'Absences, remplacements, dossiers'],
      ['Enquêtes et pilotage', 'Tableaux de bord de l’établissement'],
      ['Examens et concours', 'Inscriptions, convocations'],
      ['Intranet, référentiels et outils', 'Délégations, annuaires'],
      ['Support et assistance', 'Demandes et suivi'],
    ]),
  ),
})
