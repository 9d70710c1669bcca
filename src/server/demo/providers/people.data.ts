/** Whom the simulated providers know. All fictional; the keys are those of the demonstration's directory. */
export interface ProviderPerson {
  readonly id: string
  readonly givenName: string
  readonly familyName: string
  /** Told on the page that chooses. */
  readonly about: string
  readonly affiliation: string
  /** FrEduCtRefId: `{AAF}<académie>|<x>|<ENTPersonJointure>`. */
  readonly refIds: readonly string[]
  readonly birthDate: string
  readonly uai?: string
  readonly ineHash?: string
  readonly mail?: string
}

/** EduConnect: parents and pupils. */
export const families: readonly ProviderPerson[] = [
  { id: 'nathalie', givenName: 'Nathalie', familyName: 'Garnier', about: 'Parent de deux élèves, au collège et au lycée', affiliation: 'resp2d', birthDate: '1982-12-04',
    // The same register, once as 3 and once as 03: both are seen in the wild.
    refIds: ['{AAF}3|0250001R|30001', '{AAF}03|0390001P|30001'] },
  { id: 'lea', givenName: 'Léa', familyName: 'Garnier', about: 'Élève de 3e B', affiliation: 'eleve2d', birthDate: '2012-02-08', refIds: ['{AAF}03|0250001R|20001'], uai: '0250001R',
    ineHash: '5f2b8c1e9d3a47606b1f0e2d4c8a9b73' },
  { id: 'lucas', givenName: 'Lucas', familyName: 'Viennot', about: 'Élève de 3e B, compte à activer', affiliation: 'eleve2d', birthDate: '2012-09-17', refIds: ['{AAF}03|0250001R|20005'], uai: '0250001R' },
  { id: 'olivier', givenName: 'Olivier', familyName: 'Sandoz', about: 'Parent inconnu de l’annuaire', affiliation: 'resp2d', birthDate: '1979-06-11', refIds: ['{AAF}03|0250001R|39999'] },
  { id: 'agent', givenName: 'Claude', familyName: 'Vernier', about: 'Compte d’un autre type (refusé)', affiliation: 'autre', birthDate: '1975-01-20', refIds: [] },
]

/** The ENT of a département: everybody. */
export const entPeople: readonly ProviderPerson[] = [
  { id: 'samira', givenName: 'Samira', familyName: 'Haddad', about: 'Enseignante, et parent d’une élève', affiliation: 'National_ENS', birthDate: '1984-05-19', refIds: ['03|10009'], uai: '0250001r',
    mail: 'samira.haddad@ent.example' },
  { id: 'hugo', givenName: 'Hugo', familyName: 'Garnier', about: 'Élève de seconde', affiliation: 'National_ELV', birthDate: '2010-10-23', refIds: ['03|20002'], uai: '0390001P' },
  { id: 'parent', givenName: 'Nathalie', familyName: 'Garnier', about: 'Parent de deux élèves', affiliation: 'National_TUT', birthDate: '1982-12-04', refIds: ['03|30001'] },
]
