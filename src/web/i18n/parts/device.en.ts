import type { texts as fr } from './device.fr.ts'

export const texts: typeof fr = {
  device: {
    notifications: 'Notifications',
    notificationsIntro:
      'This device is told even when the mail is closed. Your browser’s service carries a sealed message that says neither who writes nor about what.',
    turnOn: 'Turn on for this device',
    turnOff: 'Turn off for this device',
    isOn: 'On for this device.',
    isOff: 'Off for this device.',
    denied:
      'Your browser refuses notifications from this site. Allow them in its settings (the padlock to the left of the address), then come back here.',
    unsupported:
      'Not possible here: on iPhone and iPad, first add Convergence to the home screen; on a shared computer or in private browsing nothing is kept.',
    failed: 'This did not work: the browser’s notification service does not answer. Try again later.',
    test: 'Send a test notification',
    tested: 'A test notification will arrive in a moment.',
    places: 'Tell me of messages',
    placesInbox: 'in the inbox',
    placesChosen: 'in some folders',
    placesAll: 'in every folder',
    mailboxes: 'Folders',
    senders: 'From',
    sendersEveryone: 'everyone',
    sendersKnown: 'people I have written to',
    sendersChosen: 'my favourites only',
    favourites: 'Favourites',
    favouritesHint: 'One address a line. You are told of their messages whatever the folder.',
    quiet: 'Keep my quiet hours',
    quietMore: 'The hours themselves are chosen once for all notifications.',
    preview: 'Show sender and subject',
    previewMore: 'Uncheck this if others can see your locked screen.',
    saved: 'Your choices hold for all your devices.',
  },
}
