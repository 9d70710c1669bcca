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
    'REC-04': {
      what: 'This code does not fit.',
      next: 'Check the mail received at the rescue address, or ask for another code.',
    },
    'REC-05': { what: 'This request no longer exists.', next: 'Reload the page: somebody may have dealt with it.' },
    'REC-06': {
      what: 'A second person must approve.',
      next: 'Ask a colleague who may: nobody can both ask and approve.',
    },
    'SSO-01': { what: 'This service is not known.', next: 'Go back to the portal and open it from there.' },
    'SSO-02': {
      what: 'Your profile does not open this service.',
      next: 'Change profile at the top of the page, or ask your school.',
    },
    'SSO-03': { what: 'This service asks for a stronger proof.', next: 'Sign in with a passkey or a second proof.' },
    'SSO-04': { what: 'This service is stopped.', next: 'Try later; the state of services is on the sign-in page.' },
    'SSO-05': {
      what: 'The service’s request is not right.',
      next: 'Go back to the service and start again; if it goes on, give this code to the helpdesk.',
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
    'SSO-20': { what: 'The service’s request is not right.', next: 'Go back to the service and start again.' },
    'SSO-21': {
      what: 'This request is no longer valid.',
      next: 'Go back to the service and start again in this same browser.',
    },
    'SSO-22': { what: 'This code is not known, or was used already.', next: 'Check the code that the device shows.' },
    'SSO-23': { what: 'This code is too old.', next: 'Start again on the device: it will show another.' },
    'SSO-24': { what: 'Your profile does not open this service.', next: 'Change profile, or sign in with a passkey.' },
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
    'SSO-06': { what: 'The service could not be reached.', next: 'Go back to the service and start again.' },
    'SSO-07': { what: 'This ticket is no longer valid.', next: 'Go back to the service and start again.' },
    'SSO-25': { what: 'The sign-out asked for is not valid.', next: 'Close the service, then sign out here.' },
    'SSO-26': { what: 'The service’s answer is not valid.', next: 'Start again from the service.' },
    'SSO-28': { what: 'This service is not known.', next: 'Go back to the service, or tell the helpdesk.' },
    'SSO-29': { what: 'The service could not identify you.', next: 'Start again from the service.' },
    'SSO-30': {
      what: 'This identity is linked to no account here.',
      next: 'Ask the school office: it can attach the account.',
    },
    'SSO-31': {
      what: 'The identity service did not answer as it should.',
      next: 'Start again; an outage is announced on the sign-in page.',
    },
    'SSO-32': { what: 'This sign-in is no longer valid.', next: 'Start again from the sign-in page.' },
    'SSO-33': {
      what: 'This account is not of the right kind.',
      next: 'Choose “Pupil” or “Parent” as your account is, then start again.',
    },
    'SSO-40': { what: 'The device was not allowed.', next: 'Start again on the device: it will show another code.' },
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
    'MAIL-01': { what: 'The mailbox is full.', next: 'Delete or archive messages, then try again.' },
  },
}
