/** What each code of the server means to a person, and what to do next. */
import type { texts as french } from './codes.fr.ts'

export const texts: typeof french = {
  codes: {
    other: {
      what: 'The request did not succeed.',
      next: 'Try again in a moment. If it goes on, give this code to the helpdesk.',
    },
    wait: { seconds: 'Wait {{count}} s.', minutes: 'Wait {{count}} min.' },
    'NET-01': { what: 'The server does not answer.', next: 'Check your network connection, then try again.' },
    'AUTH-01': {
      what: 'Wrong identifier or password.',
      next: 'Check Caps Lock and the identifier, then try again; or choose “Forgotten password”.',
    },
    'AUTH-02': { what: 'Too many tries.', next: 'This is a protection: your account is not locked.' },
    'AUTH-03': { what: 'This is not allowed.', next: 'Go back; if you think it should be, ask the helpdesk.' },
    'AUTH-04': { what: 'Your session has ended.', next: 'Sign in again.' },
    'AUTH-05': {
      what: 'This code is not the right one.',
      next: 'Check that the phone sets its time by itself, wait for the next code, or use another way.',
    },
    'AUTH-06': {
      what: 'This sign-in has waited too long.',
      next: 'Start again: write your identifier and your password.',
    },
    'AUTH-07': { what: 'This account cannot be used at present.', next: 'Call the helpdesk: they will tell you why.' },
    'AUTH-08': { what: 'The passkey was not accepted.', next: 'Try again with the right key, or use your password.' },
    'AUTH-09': {
      what: 'A device password is needed.',
      next: 'Make one in “My account”, then copy it into the program.',
    },
    'AUTH-10': { what: 'This profile is no longer yours.', next: 'Choose another profile, or ask your school.' },
    'AUTH-11': {
      what: 'This password is not strong enough.',
      next: 'Choose a phrase of several words that nobody knows.',
    },
    'AUTH-12': { what: 'You must prove again that it is you.', next: 'Do it again and confirm who you are.' },
    'AUTH-13': {
      what: 'This part needs a second proof.',
      next: 'Add a passkey or a phone code in “My account”, then come back.',
    },
    'AUTH-16': {
      what: 'The password of this account is the one of the authority’s directory.',
      next: 'Change it there: it will be good here too.',
    },
    'AUTH-17': { what: 'A new password has to be chosen first.', next: 'Reload the page: it will ask you for it.' },
    'AUTH-14': { what: 'This password was used before.', next: 'Choose a new one.' },
    'REC-01': {
      what: 'This activation code does not fit.',
      next: 'Check the identifier, the code and the birth date. A sheet works once and for three months: ask the school office for another.',
    },
    'REC-02': { what: 'This link is too old or was used already.', next: 'Ask for another: “Forgotten password”.' },
    'REC-03': {
      what: 'This code does not fit.',
      next: 'Have your trusted person read it again; it lasts a few minutes only.',
    },
    'HELP-01': {
      what: 'This help code is wrong or has expired.',
      next: 'Ask the person for another one: it is good for a quarter of an hour.',
    },
    'HELP-02': {
      what: 'This person has not opened their diagnosis, or the half hour is over.',
      next: 'Ask them for a help code: they find it in “Something is wrong”.',
    },
    'REC-04': {
      what: 'This code does not fit.',
      next: 'Check the mail received at the rescue address, or ask for another code.',
    },
    'REC-05': { what: 'This request no longer exists.', next: 'Reload the page: somebody may have dealt with it.' },
    'REC-06': {
      what: 'A second person must approve.',
      next: 'Ask a colleague who may: nobody can both ask and approve.',
    },
    'SSO-01': {
      what: 'This service is not declared here.',
      next: 'Open the service from the portal, or tell the helpdesk.',
    },
    'SSO-02': { what: 'Your present profile does not open this service.', next: 'Switch profile, then start again.' },
    'SSO-03': {
      what: 'This service is closed at present.',
      next: 'Try later; the state of services is on the sign-in page.',
    },
    'SSO-04': { what: 'This service needs a stronger sign-in.', next: 'Sign in with a passkey or a second proof.' },
    'SSO-05': {
      what: 'Your account does not have the identifier that this service asks for.',
      next: 'Ask your school to complete your record.',
    },
    'SSO-10': {
      what: 'The identity service did not answer as it should.',
      next: 'Start again; an outage is announced on the sign-in page.',
    },
    'SSO-11': {
      what: 'This identity is linked to no account here.',
      next: 'Ask the school office: it can attach the account.',
    },
    'SSO-12': {
      what: 'This account is not of the right kind.',
      next: 'Choose “Pupil” or “Parent” as your account is, then start again.',
    },
    'SSO-13': { what: 'This sign-in has waited too long.', next: 'Start again from the sign-in page.' },
    'SSO-14': { what: 'The identity service refused.', next: 'Start again, or use another way to sign in.' },
    'SSO-20': {
      what: 'The service is not registered, or it is closed.',
      next: 'Open the service from the portal, or tell the helpdesk.',
    },
    'SSO-21': { what: 'The request of the service is not valid.', next: 'Go back to the service and start again.' },
    'SSO-22': { what: 'The request has expired or was used already.', next: 'Start again from the service.' },
    'SSO-23': {
      what: 'This service is not open to this profile or account.',
      next: 'Switch profile if you have another one, then start again.',
    },
    'SSO-24': {
      what: 'Your account does not have the identifier that this service asks for.',
      next: 'Ask your school to complete your record.',
    },
    'ADM-01': { what: 'Nobody gave you a task of administration.', next: 'Ask your head of school for a delegation.' },
    'ADM-02': { what: 'This task is not yours here.', next: 'Ask your head of school for it.' },
    'ADM-03': { what: 'This person belongs to another school.', next: 'Turn to that person’s school.' },
    'ADM-04': { what: 'This person has more rights than you.', next: 'Ask the IT service.' },
    'ADM-05': { what: 'This is not done to oneself.', next: 'Ask a colleague who may.' },
    'ADM-06': { what: 'Not found.', next: 'The person, school or group no longer exists: search again.' },
    'ADM-07': { what: 'A value is not right.', next: 'Correct the field, then try again.' },
    'ADM-08': { what: 'It exists already.', next: 'Look for it before making it.' },
    'ADM-09': { what: 'It changed meanwhile.', next: 'Reload, then try again.' },
    'ADM-10': {
      what: 'A second person must approve.',
      next: 'Ask a colleague who may: nobody can both ask and approve.',
    },
    'DEV-01': {
      what: 'This set-up link has been used already, or its ten minutes are over.',
      next: 'Make another code on the computer, then scan it again.',
    },
    'DEV-02': {
      what: 'The device could not be set up.',
      next: 'Make another code on the computer; remove the devices that you no longer have first.',
    },
    'SVC-01': {
      what: 'The declaration of the service or provider does not fit.',
      next: 'Correct the field named, then save again.',
    },
    'SVC-02': { what: 'It is still open.', next: 'Close it, then remove it.' },
    'SVC-03': {
      what: 'A tile of the portal leads to this service.',
      next: 'Remove the tile under “Portal services”, then the service.',
    },
    'SVC-04': { what: 'This address or identifier is declared already.', next: 'Change the one that exists.' },
    'SSO-06': {
      what: 'The address of the service is too long.',
      next: 'Go back to the service and start again, or tell the helpdesk.',
    },
    'SSO-07': {
      what: 'The request does not come from our page, or its ticket is no longer valid.',
      next: 'Go back to the service and start again.',
    },
    'SSO-25': {
      what: 'You are signed out here, but a service did not answer.',
      next: 'Close the service too, or every window of the browser.',
    },
    'SSO-26': {
      what: 'The way back of the service is not the one that it declared.',
      next: 'Tell the helpdesk: the service must correct its address.',
    },
    'SSO-28': {
      what: 'Something went wrong on our side while passing to the service.',
      next: 'Try again in a moment; if it lasts, tell the helpdesk.',
    },
    'SSO-29': { what: 'This service wants a safer sign-in.', next: 'Sign in with a passkey or a second proof.' },
    'SSO-30': {
      what: 'The identity provider did not confirm who you are.',
      next: 'Start again, or choose another way to sign in.',
    },
    'SSO-31': {
      what: 'The account you chose does not open this service: it is not of the right kind.',
      next: 'Sign out of the provider, then choose the right account.',
    },
    'SSO-32': {
      what: 'The provider knows you, but no account here is certainly yours.',
      next: 'Sign in with your identifier and link this account, or ask your school.',
    },
    'SSO-33': { what: 'The identity provider does not answer.', next: 'Try later, or choose another way to sign in.' },
    'SSO-40': {
      what: 'This code is not recognised, or it has expired.',
      next: 'Start again on the device: it will show another code.',
    },
    'NOTE-01': {
      what: 'The recipients are not complete.',
      next: 'Check each rule: a profile, a school, a class or a person.',
    },
    'NOTE-02': { what: 'One reminder a day at most.', next: 'Try again tomorrow: the others have been told already.' },
    'DOC-01': {
      what: 'This kind of file is not taken for this request.',
      next: 'Save the document in one of the formats named, PDF for instance.',
    },
    'DOC-02': { what: 'The date has passed.', next: 'Ask the school that waits for the document for more time.' },
    'WEB-01': { what: 'The request is not understood.', next: 'Check what is written, then try again.' },
    'WEB-02': { what: 'This is not supported.', next: 'Try another way, or ask the helpdesk.' },
    'WEB-03': { what: 'This is too large.', next: 'Send less at a time.' },
    'WEB-04': { what: 'Not found.', next: 'Go back to the page before.' },
    'WEB-05': { what: 'There are too many.', next: 'Remove one first.' },
    'WEB-06': { what: 'This changed meanwhile.', next: 'Reload, then try again.' },
    'WEB-07': { what: 'It exists already.', next: 'Choose another name.' },
    'WEB-08': { what: 'Everything must be loaded again.', next: 'Reload the page.' },
    'WEB-09': { what: 'The service is very busy.', next: 'Try again in a moment.' },
    'WEB-10': {
      what: 'Something went wrong on our side.',
      next: 'Try again; if it goes on, give this code to the helpdesk.',
    },
    'FILE-01': {
      what: 'Your shared files fill the room that there is.',
      next: 'Take one back in the settings, “Files sent as links”.',
    },
    'FILE-02': { what: 'This link leads nowhere any more.', next: 'Ask whoever shared the file for a new link.' },
    'FILE-03': { what: 'This file is too large for a link.', next: 'Compress it or share it in another way.' },
    'FILE-04': { what: 'You share too many files already.', next: 'Take one back in the settings.' },
    'FILE-05': {
      what: 'Pupils cannot send files as links.',
      next: 'Attach a smaller file, or put it into the ENT.',
    },
    'BOX-01': {
      what: 'Your role in this mailbox does not allow it.',
      next: 'Ask one of its owners to change your role.',
    },
    'BOX-02': {
      what: 'The mailbox would have no owner.',
      next: 'Name another owner first, then try again.',
    },
    'BOX-03': {
      what: 'Access is given to a person or a group that exists.',
      next: 'Check the identifier or the address.',
    },
    'BOX-04': {
      what: 'This end is in the past.',
      next: 'Choose a date to come, or leave it empty.',
    },
    'MAIL-01': { what: 'The mailbox is full.', next: 'Delete or archive messages, then try again.' },
  },
}
