/** "PIA" of the demonstration: the intranet behind CAS 3. */
import { runCasService } from './cas-service.ts'
import { labels } from './labels.data.ts'
import { section, tiles } from './page.ts'

runCasService({
  id: 'pia',
  name: 'PIA',
  kind: 'Service de démonstration — protocole CAS 3.0',
  validatePath: '/cas/p3/serviceValidate',
  labels,
  content: section(
    'Portail intranet académique',
    tiles([
      ['Actualités', 'La lettre de la rentrée est parue'],
      ['Mes démarches', 'Formation, mobilité, frais de déplacement'],
      ['Documents', 'Notes de service, modèles, chartes'],
      ['Annuaire', 'Services, établissements, correspondants'],
    ]),
  ),
})
