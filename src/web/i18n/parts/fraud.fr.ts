/** Frauds: official addresses, triage of reports, practice, "I gave my password", in French. */
export const texts = {
  fraud: {
    official: {
      intro:
        'Ce que la page « Cette adresse est-elle officielle ? » tient pour officiel, avec tout ce qui est à gauche de chaque domaine.',
      page: 'Ouvrir la page publique',
      add: 'Ajouter une adresse officielle',
      domain: 'Domaine ou lien',
      nameFr: 'De qui elle est',
      nameEn: 'La même chose en anglais',
      added: 'Adresse ajoutée : la page publique la connaît déjà.',
      remove: 'Retirer',
      removeOf: 'Retirer {{name}}',
      removedDone: 'Adresse retirée.',
      restore: 'Remettre',
      restoreOf: 'Remettre {{name}}',
      removed: 'Retirées',
      restored: 'Adresse remise.',
      sources: {
        own: 'L’académie',
        service: 'Services déclarés',
        added: 'Ajoutées ici',
        national: 'État et Éducation nationale',
      },
    },
  },
}
