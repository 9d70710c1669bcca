/**
 * Official domains of the State and of the schools of France, as far as mail and portals of an académie lead there. Each
 * counts with everything below it. An administrator adds and removes others (official.ts).
 */
import type { OfficialPlace } from '#format/warning/official.ts'

const place = (domain: string, fr: string, en = fr): OfficialPlace => ({ domain, name: { fr, en } })

const academies = [
  ['aix-marseille', 'Aix-Marseille'], ['amiens', 'Amiens'], ['besancon', 'Besançon'], ['bordeaux', 'Bordeaux'],
  ['caen', 'Caen'], ['clermont', 'Clermont-Ferrand'], ['corse', 'Corse'], ['creteil', 'Créteil'], ['dijon', 'Dijon'],
  ['grenoble', 'Grenoble'], ['guadeloupe', 'Guadeloupe'], ['guyane', 'Guyane'], ['lille', 'Lille'],
  ['limoges', 'Limoges'], ['lyon', 'Lyon'], ['martinique', 'Martinique'], ['mayotte', 'Mayotte'],
  ['montpellier', 'Montpellier'], ['nancy-metz', 'Nancy-Metz'], ['nantes', 'Nantes'], ['nice', 'Nice'],
  ['noumea', 'Nouvelle-Calédonie'], ['normandie', 'Normandie'], ['orleans-tours', 'Orléans-Tours'], ['paris', 'Paris'],
  ['poitiers', 'Poitiers'], ['polynesie', 'Polynésie'], ['reims', 'Reims'], ['rennes', 'Rennes'],
  ['reunion', 'La Réunion'], ['rouen', 'Rouen'], ['spm', 'Saint-Pierre-et-Miquelon'], ['strasbourg', 'Strasbourg'],
  ['toulouse', 'Toulouse'], ['versailles', 'Versailles'], ['wf', 'Wallis-et-Futuna'],
] as const // prettier-ignore

export const nationalPlaces: readonly OfficialPlace[] = [
  place('educonnect.education.gouv.fr', 'EduConnect'),
  place('education.gouv.fr', 'Ministère de l’Éducation nationale', 'Ministry of National Education'),
  place('enseignementsup-recherche.gouv.fr', 'Ministère de l’Enseignement supérieur', 'Ministry of Higher Education'),
  place('impots.gouv.fr', 'Impôts', 'Taxes'),
  place('franceconnect.gouv.fr', 'FranceConnect'),
  place('proconnect.gouv.fr', 'ProConnect'),
  place('cybermalveillance.gouv.fr', 'Cybermalveillance', 'Cybermalveillance (help against frauds)'),
  place('gouv.fr', 'Service de l’État', 'Service of the State'),
  place('service-public.fr', 'Service-Public.fr'),
  place('education.fr', 'Éduscol et services du ministère', 'Éduscol and services of the ministry'),
  place('parcoursup.fr', 'Parcoursup'),
  place('onisep.fr', 'Onisep'),
  place('cned.fr', 'CNED'),
  place('reseau-canope.fr', 'Réseau Canopé'),
  place('pix.fr', 'Pix'),
  place('ih2ef.gouv.fr', 'IH2EF'),
  place('mgen.fr', 'MGEN'),
  place('ameli.fr', 'Assurance maladie', 'Health insurance'),
  place('caf.fr', 'CAF'),
  place('eclat-bfc.fr', 'ENT ÉCLAT-BFC', 'ENT ÉCLAT-BFC'),
  place('index-education.net', 'Pronote (Index Éducation)'),
  place('index-education.com', 'Pronote (Index Éducation)'),
  ...academies.map(([name, label]) => place(`ac-${name}.fr`, `Académie : ${label}`, `Académie: ${label}`)),
]
