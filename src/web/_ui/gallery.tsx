/** The components, part by part. A new one of web/ui is added here (test/journey/ui.test.ts reads the folder). */
import { type ReactNode, useState } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Avatar } from '../ui/avatar.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Check, Checks } from '../ui/checks.tsx'
import { Choice } from '../ui/choice.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { iconPaths } from '../ui/icons.data.ts'
import { Menu } from '../ui/menu.tsx'
import { Card, Item, Items, Line, Note, Section, Stack } from '../ui/page.tsx'
import { SectionNav } from '../ui/section-nav.tsx'
import { Select } from '../ui/select.tsx'
import { TextArea } from '../ui/text-area.tsx'
import css from './gallery.module.css'

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className={css.part} aria-label={title}>
    <h2 className={css.title}>{title}</h2>
    {children}
  </section>
)

const colours = [
  ...['desk', 'desk-hover', 'desk-current', 'paper', 'paper-hover', 'sheet', 'raised', 'well', 'ink', 'ink-soft'],
  ...['ink-faint', 'line', 'line-strong', 'accent', 'accent-hover', 'on-accent', 'accent-wash', 'ochre', 'ochre-ink'],
  ...['ochre-wash', 'madder', 'madder-wash', 'leaf'],
]

const Colours = () => (
  <Part title="Couleurs">
    <div className={css.swatches}>
      {colours.map((name) => (
        <div key={name} className={css.swatch}>
          <div className={css.chip} style={{ background: `var(--${name})` }} />
          --{name}
        </div>
      ))}
    </div>
  </Part>
)

const kinds = ['primary', 'plain', 'quiet', 'danger'] as const

const Buttons = () => (
  <Part title="Boutons">
    {kinds.map((kind) => (
      <div key={kind} className={css.row}>
        <Button kind={kind}>{kind}</Button>
        <Button kind={kind} icon="archive">
          Avec une icône
        </Button>
        <Button kind={kind} isDisabled>
          Indisponible
        </Button>
      </div>
    ))}
    <div className={css.row}>
      <IconButton icon="archive" label="Archiver" shortcut="E" />
      <IconButton icon="flag" label="Marqué" filled />
      <IconButton icon="trash" label="Supprimer" isDisabled />
    </div>
  </Part>
)

const choices = [
  { id: 'a', name: 'Boîte de réception' },
  { id: 'b', name: 'Archives' },
] as const

const OneOfMany = () => {
  const [value, setValue] = useState<'a' | 'b'>('a')
  return <Select label="Dossier" value={value} options={choices} onChange={setValue} />
}

const Boxes = () => {
  const [isOn, setOn] = useState(true)
  const [value, setValue] = useState<readonly string[]>(['b'])
  const options = ['a', 'b', 'c'].map((id) => ({ id, name: `Choix ${id}` }))
  return (
    <>
      <Check label="Une chose, ou non" checked={isOn} onChange={setOn} />
      <Checks label="Plusieurs d’une liste" options={options} value={value} onChange={setValue} />
    </>
  )
}

const Lines = () => {
  const [text, setText] = useState('Plusieurs lignes,\nde la main de quelqu’un.')
  return (
    <>
      <TextArea label="Un texte" value={text} onChange={setText} rows={3} note="Une remarque dessous." />
      <TextArea label="Des adresses" value="https://exemple.fr/" onChange={() => undefined} rows={2} isCode />
    </>
  )
}

const Fields = () => (
  <Part title="Champs">
    <Stack>
      <OneOfMany />
      <Field label="Vide" placeholder="Un exemple" />
      <Field label="Rempli" defaultValue="Anne Martin" note="Une remarque dessous." />
      <Field label="Refusé" defaultValue="x" isInvalid note="Ce nom est déjà pris." />
      <Field label="Indisponible" defaultValue="Non modifiable" isDisabled />
      <Lines />
      <Boxes />
    </Stack>
  </Part>
)

const entries = [
  { id: 'a', label: 'Renommer', icon: 'write', onAction: () => undefined },
  { id: 'b', label: 'Choisi', checked: true, shortcut: 'S', onAction: () => undefined },
  { id: 'c', label: 'Indisponible', disabled: true, onAction: () => undefined },
  { id: 'd', label: 'Supprimer', icon: 'trash', apart: true, onAction: () => undefined },
] as const

const Choices = () => {
  const [value, setValue] = useState('b')
  const options = ['a', 'b', 'c'].map((id) => ({ id, name: `Choix ${id}` }))
  return (
    <Part title="Quelques choix">
      <Choice label="Densité" value={value} options={options} onChange={setValue} />
    </Part>
  )
}

const Overlays = () => {
  const [isOpen, setOpen] = useState(false)
  return (
    <Part title="Menu et dialogue">
      <div className={css.row}>
        <Menu label="Actions" trigger={<AriaButton>Ouvrir le menu</AriaButton>} entries={[...entries]} />
        <Button onPress={() => setOpen(true)}>Ouvrir le dialogue</Button>
      </div>
      <Dialog
        title="Supprimer « Projets » ?"
        isOpen={isOpen}
        role="alertdialog"
        onClose={() => setOpen(false)}
        closeLabel="Fermer"
        footer={
          <>
            <Button onPress={() => setOpen(false)}>Annuler</Button>
            <Button kind="danger" onPress={() => setOpen(false)}>
              Supprimer
            </Button>
          </>
        }
      >
        <p>Le dossier et ses 12 messages seront effacés, sans retour possible.</p>
      </Dialog>
    </Part>
  )
}

const Icons = () => (
  <Part title="Icônes">
    <div className={css.row}>
      {(Object.keys(iconPaths) as IconName[]).map((name) => (
        <span key={name} className={css.icon}>
          <Icon name={name} />
          {name}
        </span>
      ))}
    </div>
  </Part>
)

const people = ['Anne Martin', 'Sophie Durand', 'Karim Benali', 'Claire Petit', 'Marc Lefèvre', 'Zoé Nguyen']

const Lists = () => (
  <Part title="Cartes, listes et tableaux">
    <Section id="section" title="Une section" intro="Ce à quoi elle sert.">
      <Card>
        <Items>
          {[
            <Item key="1" title="Session de cet ordinateur" more="Besançon, il y a 2 minutes" tag="celle-ci">
              <Button>Fermer</Button>
            </Item>,
            <Item key="2" title="Sans rien de plus" />,
          ]}
        </Items>
      </Card>
      <Items empty="Rien encore.">{[]}</Items>
      <Items busy>{[]}</Items>
    </Section>
    <Line>
      <Button kind="primary">Enregistrer</Button>
      <Button>Annuler</Button>
    </Line>
    <Note>Vos choix sont enregistrés.</Note>
    <Note tone="mark">À lire avant vendredi.</Note>
    <Note tone="problem">Le serveur ne répond pas. Réessayez dans un instant. (NET-01)</Note>
    <DataTable
      label="Personnes"
      columns={['Nom', 'Établissement']}
      rows={people.slice(0, 2).map((name) => ({ id: name, cells: [name, 'Collège Victor-Hugo'] }))}
      empty="Personne."
    />
    <DataTable label="Vide" columns={['Nom']} rows={[]} empty="Personne de ce nom." />
    <div className={css.row}>
      {people.map((name) => (
        <Avatar key={name} name={name} email={`${name}@ac-demo.test`} />
      ))}
    </div>
    <SectionNav
      label="Parties"
      current="b"
      links={[
        { id: 'a', name: 'Sécurité', icon: 'shield', to: '/' },
        { id: 'b', name: 'Appareils', icon: 'phone', to: '/' },
      ]}
    />
  </Part>
)

export const Gallery = () => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
  <main className={css.page} tabIndex={0}>
    <h1>Composants</h1>
    <Colours />
    <Buttons />
    <Fields />
    <Choices />
    <Overlays />
    <Lists />
    <Icons />
  </main>
)
