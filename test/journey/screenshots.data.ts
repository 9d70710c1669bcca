/** The screens of which screenshots.ts takes pictures, by the person who has them. */
import type { Page } from 'playwright-core'
import { giveCredentials, type JourneyServer } from './rig.ts'

export interface Look {
  /** `zoomed`: a desktop at 200 %. */
  readonly device: 'desktop' | 'zoomed' | 'tablet' | 'phone' | 'small'
  /** `contrast`: light, for those who ask their system for more of it. */
  readonly scheme: 'light' | 'dark' | 'contrast'
  readonly language: 'fr' | 'en'
}

export const looks: readonly Look[] = [
  ...(['fr', 'en'] as const).flatMap((language) =>
    (['light', 'dark'] as const).flatMap((scheme) =>
      (['desktop', 'tablet', 'phone', 'small'] as const).map((device) => ({ device, scheme, language })),
    ),
  ),
  ...(['desktop', 'phone'] as const).map((device) => ({ device, scheme: 'contrast', language: 'fr' }) as const),
  { device: 'zoomed', scheme: 'light', language: 'fr' },
]

/** Where the list and the message are shown one after the other. */
const isSinglePane = (device: Look['device']): boolean => device !== 'desktop' && device !== 'tablet'

export interface Screen {
  readonly name: string
  /** Taken with all that scrolls in it. */
  readonly isWhole?: boolean
  readonly show: (page: Page, look: Look, server: JourneyServer) => Promise<void>
}

/** A page of the application or without script: one address, or one in each language. */
const at = (name: string, path: string, english = path): Screen => ({
  name,
  isWhole: true,
  show: async (page, { language }) => {
    await page.goto(language === 'en' ? english : path)
    await page.locator('h1').first().waitFor()
  },
})

const inbox = async (page: Page): Promise<void> => {
  await page.goto('/mail/inbox')
  await page.locator('[role=row][id]').first().waitFor()
}

const openRow = async (page: Page, name: RegExp) => {
  await page.getByRole('row', { name }).first().click()
  await page.getByRole('heading', { name }).first().waitFor()
}

const mail = (name: string, show: Screen['show']): Screen => ({
  name,
  show: async (page, look, server) => {
    await inbox(page)
    await show(page, look, server)
  },
})

const pressed = (name: string, path: string, label: RegExp): Screen => ({
  name,
  isWhole: true,
  show: async (page) => {
    await page.goto(path)
    await page.getByRole('button', { name: label }).first().click()
  },
})

/** What a link of a page leads to. */
const followed = (name: string, path: string, link: RegExp): Screen => ({
  name,
  isWhole: true,
  show: async (page) => {
    await page.goto(path)
    await page.getByRole('link', { name: link }).first().click()
    await page.locator('h1').first().waitFor()
  },
})

/** What anybody sees. */
export const strangers: readonly Screen[] = [
  at('sign-in', '/'),
  {
    name: 'sign-in-parent',
    isWhole: true,
    show: async (page) => {
      await page.goto('/')
      await page.getByRole('radio', { name: /^Parent/ }).check()
    },
  },
  {
    name: 'sign-in-wrong',
    isWhole: true,
    show: async (page) => {
      await page.goto('/')
      await page.getByLabel(/^(Identifiant ou adresse|Identifier or address)$/).fill('personne')
      await page.getByLabel(/^(Mot de passe|Password)$/).fill('faux')
      await page.getByRole('button', { name: /^(Se connecter|Sign in)$/ }).click()
      await page
        .getByText(/AUTH-01/)
        .first()
        .waitFor()
    },
  },
  at('recover', '/recover'),
  {
    name: 'recover-sent',
    isWhole: true,
    show: async (page) => {
      await page.goto('/recover')
      await page.getByRole('textbox').first().fill('anne.martin')
      await page.locator('form button[type=submit]').first().click()
    },
  },
  at('reset', '/reset#token=perdu'),
  at('activate', '/activate'),
  at('signed-out', '/signed-out'),
  at('sign-in-plain', '/login/plain'),
  at('accessibility', '/accessibilite'),
  at('help', '/aide', '/help'),
  at('guide', '/aide/app-password', '/help/app-password'),
  at('decoded', '/aide?q=550%205.1.1%20User%20unknown', '/help?q=550%205.1.1%20User%20unknown'),
  at('address', '/aide/address', '/help/address'),
  at('contacts-of-help', '/aide/contacts?profile=parent', '/help/contacts?profile=parent'),
  at('status', '/etat', '/status'),
  at('no-page', '/aide/nothing-here', '/help/nothing-here'),
]

/** The button, or the entry of a menu, of one of these names. */
const press = (page: Page, name: RegExp) => page.getByRole('button', { name }).first().click()

const chosen = async (page: Page): Promise<void> => {
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
}

/** Each dialog of the list, by its key. */
const byKey = (name: string, key: string): Screen =>
  mail(name, async (page) => {
    await chosen(page)
    await page.keyboard.press(key)
    await page.getByRole('dialog').waitFor()
  })

const dialogs: readonly Screen[] = [
  mail('chosen', chosen),
  byKey('labels', 'l'),
  byKey('snooze', 'h'),
  byKey('move', 'v'),
  mail('shortcuts', async (page) => {
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
  }),
  mail('palette', async (page) => {
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').waitFor()
  }),
  mail('account-menu', async (page) => {
    await press(page, /Anne Martin/)
    await page.getByRole('menu').waitFor()
  }),
  mail('mailboxes', async (page, { device }) => {
    if (device === 'desktop') return
    await press(page, /^(Boîtes aux lettres|Mailboxes)$/)
    await page.getByRole('dialog').waitFor()
  }),
  mail('search-panel', (page) => page.getByRole('searchbox').click()),
  mail('search-form', async (page) => {
    await page.getByRole('searchbox').click()
    await press(page, /^(Critères de recherche|Search criteria)$/)
  }),
  mail('message-menu', async (page) => {
    await openRow(page, /Conseil de classe/)
    await page.getByRole('button', { name: /^(Autres actions|More actions)$/ }).last().click()
    await page.getByRole('menu').waitFor()
  }),
  mail('message-details', async (page) => {
    await openRow(page, /Conseil de classe/)
    await press(page, /^(à|to) /)
  }),
  mail('compose-new', async (page) => {
    await page.keyboard.press('c')
    await page.getByRole('textbox', { name: /^(Corps du message|Message body)$/ }).waitFor()
    await page.getByRole('combobox').first().fill('so')
    await page.getByRole('option').first().waitFor()
  }),
  {
    name: 'compose-options',
    show: async (page) => {
      await page.getByRole('textbox', { name: /^(Corps du message|Message body)$/ }).click()
      await page
        .getByRole('button', { name: /^(Autres options|More options)$/ })
        .last()
        .click()
      await page.getByRole('menu').waitFor()
    },
  },
  {
    name: 'compose-later',
    show: async (page) => {
      await page.keyboard.press('Escape')
      await page
        .getByRole('button', { name: /^(Envoyer plus tard|Send later)$/ })
        .last()
        .click()
    },
  },
  {
    // A draft left open would come back on every screen that follows.
    name: 'compose-left',
    show: async (page) => {
      await page.keyboard.press('Escape')
      await page
        .getByRole('button', { name: /^(Supprimer le brouillon|Delete the draft)$/ })
        .last()
        .click()
    },
  },
]

const compose = mail('compose', async (page) => {
  await openRow(page, /Conseil de classe/)
  await page
    .getByRole('button', { name: /^(Répondre à tous|Reply to all)$/ })
    .last()
    .click()
  await page.getByRole('textbox', { name: /^(Corps du message|Message body)$/ }).click()
  await page.keyboard.type(
    'Bonsoir à tous,\n\nMerci pour vos retours. Je propose que nous commencions à 17 h 30.\n\nAnne',
  )
})

const layout = (choice: string): Screen =>
  mail(`layout-${choice}`, async (page, { device }) => {
    if (isSinglePane(device)) return
    await page.getByRole('button', { name: /^(Affichage de la liste|How the list looks)$/ }).click()
    await page.locator(`input[value="${choice}"]`).check()
    await page.keyboard.press('Escape')
    if (choice === 'below') await openRow(page, /Conseil de classe/)
  })

const teacher: readonly Screen[] = [
  mail('inbox', async () => undefined),
  mail('conversation', (page) => openRow(page, /Exposé sur Colette|Conseil de classe/)),
  mail('html', async (page) => {
    // On a phone it is below what the list has made so far.
    await page.goto('/search?q=Gazette')
    await openRow(page, /Gazette des lettres/)
  }),
  mail('invitation', async (page) => {
    await openRow(page, /Invitation : conseil pédagogique/)
    await page
      .getByRole('button', { name: /Sophie Durand/ })
      .first()
      .click()
    await page.getByRole('button', { name: /invitation\.ics/ }).click()
    await page
      .getByRole('button', { name: /^(Accepter|Accept)$/ })
      .last()
      .waitFor()
  }),
  mail('warning', async (page) => {
    await page.goto('/mail/junk')
    await page.locator('[role=row][id]').first().click()
  }),
  compose,
  {
    name: 'draft-gone',
    show: (page) => page.getByRole('button', { name: /^(Supprimer le brouillon|Delete the draft)$/ }).click(),
  },
  mail('search', async (page) => {
    await page.getByRole('searchbox').fill('conseil')
    await page.locator('mark').first().waitFor()
  }),
  mail('search-empty', (page) => page.goto('/search?q=zzzzz').then(() => undefined)),
  ...dialogs,
  ...['drafts', 'sent', 'archive', 'trash', 'junk'].map(
    (role): Screen => ({ name: `mail-${role}`, show: (page) => page.goto(`/mail/${role}`).then(() => undefined) }),
  ),
  {
    name: 'mail-trash-empty',
    show: async (page) => {
      await page.goto('/mail/trash')
      await page.locator('[role=row][id]').first().waitFor()
      const empty = page.getByRole('button', { name: /^(Vider la corbeille|Empty Trash|Empty the trash)$/i })
      if (await empty.isVisible()) return empty.click()
      await page.getByRole('button', { name: /^(Autres actions|More actions)$/ }).click()
      await page.getByRole('menuitem', { name: /^(Vider|Empty)/ }).click()
    },
  },
  mail('display', async (page, { device }) => {
    if (isSinglePane(device)) return
    await page.getByRole('button', { name: /^(Affichage de la liste|How the list looks)$/ }).click()
    await page.getByRole('dialog').waitFor()
  }),
  at('portal', '/portal'),
  pressed('portal-menu', '/portal', /^(Actions pour|Actions for) Pratic/),
  at('notices', '/notices'),
  pressed('notice', '/notices', /^(Ouvrir|Open)/),
  at('notices-refused', '/notices/write'),
  at('requests', '/requests'),
  at('notifications', '/notifications'),
  at('diagnose', '/diagnose'),
  at('tickets', '/tickets'),
  followed('ticket', '/tickets', /téléphone ne reçoit/),
  at('setup', '/setup'),
  pressed('setup-started', '/setup', /^(Configurer|Set up)$/),
  at('agenda', '/agenda'),
  at('agenda-month', '/agenda?view=month'),
  pressed('agenda-new', '/agenda', /^(Nouvel événement|New event)$/),
  pressed('agenda-event', '/agenda', /Conseil de classe|Rendez-vous/),
  at('contacts', '/contacts'),
  pressed('contacts-new', '/contacts', /^(Nouveau contact|New contact)$/),
  at('rules', '/rules'),
  pressed('rules-new', '/rules', /^(Nouvelle règle|New rule)$/),
  at('settings', '/settings'),
  at('usage', '/usage'),
  ...['security', 'devices', 'apps', 'recovery', 'activity', 'data', 'functions', 'compromise'].map((part) =>
    at(`account-${part}`, `/account/${part}`),
  ),
  at('no-such-page', '/account/nothing'),
  // The last one is as it was before, for the visits that follow: the choice follows the person.
  ...['below', 'alone', 'beside'].map(layout),
  {
    name: 'offline',
    show: async (page) => {
      await page.goto('/portal')
      await page.locator('h1').first().waitFor()
      await page.context().setOffline(true)
      await page
        .getByRole('link', { name: /^(Messagerie|Mail)$/ })
        .first()
        .click()
    },
  },
]

export interface Person {
  readonly login: string
  /** Administers, and so has a second proof. */
  readonly isStrong?: boolean
  readonly screens: readonly Screen[]
}

/** Everybody's way in, once those who administer have a second proof. */
export const atTheGate: readonly Screen[] = [
  {
    name: 'second-factor',
    isWhole: true,
    show: async (page, _look, server) => {
      await page.goto('/')
      await giveCredentials(page, 'thomas.girard', server.password)
      await page.getByLabel(/^(Code à six chiffres|Six-digit code)/).waitFor()
    },
  },
  {
    name: 'enrol',
    isWhole: true,
    show: async (page, _look, server) => {
      await page.context().clearCookies()
      await page.goto('/')
      await giveCredentials(page, 'fatima.ouali', server.password)
      await page.getByRole('button', { name: /^(Plus tard|Later)/ }).waitFor()
    },
  },
  {
    name: 'profiles',
    isWhole: true,
    show: async (page, _look, server) => {
      await page.context().clearCookies()
      await page.goto('/')
      await giveCredentials(page, 'samira.haddad', server.password)
      await page.getByRole('button', { name: /Collège des Tilleuls/ }).first().waitFor()
    },
  },
]

const administration = (pages: readonly string[]): readonly Screen[] =>
  pages.map((page) => at(`admin-${page.replace(/&id=/, '-')}`, `/admin?page=${page}`))

export const people: readonly Person[] = [
  { login: 'anne.martin', screens: teacher },
  // Who has the mailbox of a function sees every inbox in one list.
  {
    login: 'claire.petit',
    screens: [
      {
        name: 'all-inboxes',
        show: async (page) => {
          await page.goto('/mail/all~inbox')
          await page.locator('[role=row][id]').first().waitFor()
        },
      },
      at('admin-weak', '/admin'),
    ],
  },
  {
    login: 'nathalie.garnier',
    screens: [
      at('parent-portal', '/portal'),
      at('parent-notices', '/notices'),
      at('parent-requests', '/requests'),
      at('parent-diagnose', '/diagnose'),
      at('parent-tickets', '/tickets'),
    ],
  },
  { login: 'lea.garnier', screens: [at('pupil-portal', '/portal'), at('pupil-requests', '/requests')] },
  {
    login: 'sophie.durand',
    isStrong: true,
    screens: [
      at('head-portal', '/portal'),
      at('head-notices', '/notices/write'),
      pressed('head-notice-new', '/notices/write', /^(Nouvelle information|New notice)$/),
      at('head-requests', '/requests/ask'),
      pressed('head-request-new', '/requests/ask', /^(Nouvelle demande|New request)$/),
      at('head-security', '/account/security'),
      at('head-people', '/admin'),
      {
        name: 'head-person',
        isWhole: true,
        show: async (page) => {
          await page.goto('/admin')
          await page.getByRole('link', { name: /Garnier/ }).first().click()
          await page.getByRole('heading', { name: /Garnier/ }).waitFor()
        },
      },
      at('head-activation', '/admin?page=activation'),
      at('head-delegations', '/admin?page=delegations'),
      at('head-queue', '/admin?page=tickets'),
    ],
  },
  {
    login: 'thomas.girard',
    isStrong: true,
    screens: [...administration([
      'people',
      'activation',
      'cases',
      'duplicates',
      'delegations',
      'groups',
      'communication',
      'functions',
      'tickets',
      'frauds',
      'practice',
      'incidents',
      'components',
      'contacts',
      'guides',
      'guides&id=new',
      'guides&id=app-password',
      'official',
      'tiles',
      'tiles&id=new',
      'preview',
      'content',
      'services',
      'services&id=new',
      'providers',
      'provisioning',
      'schools',
      'errors',
      'quiet',
      'providers&id=new',
      'audit',
    ]),
      pressed('admin-school', '/admin?page=schools', /^(Modifier|Change|Edit) /),
      pressed('admin-plan-new', '/admin?page=practice', /^(Planifier une campagne|Plan a campaign)$/),
      pressed('admin-error', '/admin?page=errors', /^(Modifier|Change|Edit)/),
      pressed('admin-tile', '/admin?page=tiles', /^(Modifier|Change|Edit) /),
      followed('admin-group', '/admin?page=groups', /Personnel administratif|Administrative staff/),
      followed('admin-ticket', '/admin?page=tickets', /téléphone ne reçoit/),
    ],
  },
]
