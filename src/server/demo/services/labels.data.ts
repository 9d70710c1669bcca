/** Attributes in words. */
export const labels: Readonly<Record<string, string>> = {
  displayName: 'Nom',
  mail: 'Adresse',
  ENTPersonProfils: 'Profil national',
  ENTPersonStructRattachRNE: 'Établissement (UAI)',
  schoolName: 'Établissement',
  FrEduFonctAdm: 'Fonction',
  FrEduRne: 'Établissement et fonction',
  authenticationDate: 'Connecté depuis',
}
