/** Words that everybody here thinks of first: places, institutions, tools; folded. */
export const localWords: readonly string[] = `
besancon dole belfort vesoul lons pontarlier montbeliard dijon doubs jura saone territoire franche comte franchecomte
bourgogne eclat eclatbfc academie rectorat recteur education nationale educationnationale college lycee ecole
maternelle primaire professeur enseignant eleve parent parents classe cantine arena pronote ent educonnect convergence
demonstration demo webmail messagerie courrier
`.trim().split(/\s+/)

/** French months, folded, for dates written out. */
export const months: readonly string[] =
  'janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre'.split(' ')
