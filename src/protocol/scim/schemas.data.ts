/** What our resources look like (RFC 7643 §7): the schemas that /Schemas publishes. */
import { schoolKinds } from '#format/uai/school-kinds.data.ts'

type Kind = 'string' | 'boolean' | 'integer' | 'dateTime' | 'reference' | 'complex'

interface Attribute {
  readonly name: string
  readonly type: Kind
  readonly multiValued: boolean
  readonly description: string
  readonly required: boolean
  readonly caseExact: boolean
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly'
  readonly returned: 'always' | 'never' | 'default' | 'request'
  readonly uniqueness: 'none' | 'server' | 'global'
  readonly subAttributes?: readonly Attribute[]
  readonly canonicalValues?: readonly string[]
  readonly referenceTypes?: readonly string[]
}

const attribute = (name: string, description: string, rest: Partial<Attribute> = {}): Attribute => ({
  name,
  type: 'string',
  multiValued: false,
  description,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
  ...rest,
})

const complex = (name: string, description: string, subAttributes: readonly Attribute[], rest: Partial<Attribute> = {}) =>
  attribute(name, description, { type: 'complex', subAttributes, ...rest })

const many = { multiValued: true }
const readOnly = { mutability: 'readOnly' } as const

export const urns = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  enterprise: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  person: 'urn:convergence:scim:2.0:Person',
  groupKind: 'urn:convergence:scim:2.0:GroupKind',
  school: 'urn:convergence:scim:2.0:School',
} as const

const profileKinds = ['teacher', 'head', 'school-life', 'administrative', 'technical', 'pupil', 'parent', 'academy']

const reference = (description: string, types: readonly string[]) => [
  attribute('value', description, { caseExact: true, mutability: 'immutable' }),
  attribute('$ref', 'Address of the resource', { type: 'reference', referenceTypes: types, ...readOnly }),
  attribute('display', 'As shown to people', readOnly),
]

export const schemas = [
  {
    id: urns.user,
    name: 'User',
    description: 'A person with an account',
    attributes: [
      attribute('userName', 'Identifier to sign in with; given at creation', {
        required: true,
        mutability: 'immutable',
        uniqueness: 'server',
      }),
      complex('name', 'Names', [
        attribute('formatted', 'Both names', readOnly),
        attribute('familyName', 'Family name'),
        attribute('givenName', 'Given name'),
      ]),
      attribute('displayName', 'Name as others see it'),
      attribute('title', 'Function in the first profile', readOnly),
      attribute('userType', 'pupil, parent, staff or administrator', readOnly),
      attribute('preferredLanguage', 'fr or en'),
      attribute('active', 'False: suspended; deleted later unless it comes back', { type: 'boolean' }),
      complex(
        'emails',
        'work: the address here, given at creation; other: the rescue address',
        [
          attribute('value', 'Address'),
          attribute('type', 'work or other', { canonicalValues: ['work', 'other'] }),
          attribute('primary', 'True for the address here', { type: 'boolean' }),
        ],
        many,
      ),
      complex('phoneNumbers', 'One telephone', [attribute('value', 'Number'), attribute('type', 'mobile')], many),
      complex('groups', 'Groups the person is in', reference('Key of the group', ['Group']), { ...many, ...readOnly }),
    ],
  },
  {
    id: urns.enterprise,
    name: 'EnterpriseUser',
    description: 'Enterprise extension (RFC 7643 §4.3)',
    attributes: [
      attribute('employeeNumber', 'ENTPersonJointure with its académie', { caseExact: true, ...readOnly }),
      attribute('organization', 'Name of the school of the first profile', readOnly),
      attribute('department', 'Discipline of the first profile', readOnly),
    ],
  },
  {
    id: urns.person,
    name: 'Person',
    description: 'What a person is for the Éducation nationale',
    attributes: [
      attribute('joinKey', 'ENTPersonJointure with its académie: 03|12345', { caseExact: true, uniqueness: 'server' }),
      attribute('birthDate', 'YYYY-MM-DD'),
      attribute('endsAt', 'End of the account', { type: 'dateTime' }),
      complex(
        'profiles',
        'Profiles that this source vouches for; all are shown',
        [
          attribute('kind', 'Profile', { required: true, canonicalValues: profileKinds }),
          attribute('uai', 'School', { caseExact: true }),
          attribute('functionCode', 'ENTPersonFonctions code'),
          attribute('discipline', 'Discipline'),
          attribute('title', 'In words'),
          attribute('startsAt', 'First moment', { type: 'dateTime' }),
          attribute('endsAt', 'Last moment', { type: 'dateTime' }),
          attribute('source', 'Who vouches for it', readOnly),
        ],
        many,
      ),
      complex(
        'classes',
        'Classes and groups of pupils',
        [
          attribute('uai', 'School', { required: true, caseExact: true }),
          attribute('class', 'Name', { required: true }),
          attribute('kind', 'class or group', { canonicalValues: ['class', 'group'] }),
          attribute('role', 'In it', { canonicalValues: ['pupil', 'teacher', 'main-teacher'] }),
          attribute('subject', 'Matter taught'),
          attribute('source', 'Who vouches for it', readOnly),
        ],
        many,
      ),
      complex(
        'children',
        'Pupils the person answers for',
        [
          ...reference('Identifier of the pupil', ['User']),
          attribute('kind', 'Relation', { canonicalValues: ['parent', 'guardian', 'other'] }),
          attribute('authority', 'Holds parental authority', { type: 'boolean' }),
        ],
        many,
      ),
      attribute('source', 'Who vouches for the person', readOnly),
    ],
  },
  {
    id: urns.group,
    name: 'Group',
    description: 'People of one profile, school, class or discipline; or named one by one',
    attributes: [
      attribute('displayName', 'Name', { required: true }),
      complex('members', 'People; told for one group, and in lists on request', reference('Identifier of a person', ['User']), many),
    ],
  },
  {
    id: urns.groupKind,
    name: 'GroupKind',
    description: 'Where a group comes from',
    attributes: [
      attribute('kind', 'profile, staff, class, group, discipline, function or manual', readOnly),
      attribute('uai', 'School; given at creation', { caseExact: true, mutability: 'immutable' }),
      attribute('computed', 'True: nobody writes it', { type: 'boolean', ...readOnly }),
    ],
  },
  {
    id: urns.school,
    name: 'School',
    description: 'A school or a service',
    attributes: [
      attribute('uai', 'Seven digits and their letter', {
        required: true,
        caseExact: true,
        mutability: 'immutable',
        uniqueness: 'server',
      }),
      attribute('name', 'Name', { required: true }),
      attribute('kind', 'Kind', { canonicalValues: schoolKinds }),
      attribute('department', 'Département', readOnly),
      attribute('city', 'Town'),
      attribute('status', 'open or closed', { canonicalValues: ['open', 'closed'] }),
    ],
  },
] as const

export const resourceTypes = [
  {
    id: 'User',
    name: 'User',
    endpoint: '/Users',
    description: 'People',
    schema: urns.user,
    schemaExtensions: [
      { schema: urns.enterprise, required: false },
      { schema: urns.person, required: false },
    ],
  },
  {
    id: 'Group',
    name: 'Group',
    endpoint: '/Groups',
    description: 'Groups',
    schema: urns.group,
    schemaExtensions: [{ schema: urns.groupKind, required: false }],
  },
  {
    id: 'School',
    name: 'School',
    endpoint: '/Schools',
    description: 'Schools',
    schema: urns.school,
    schemaExtensions: [],
  },
] as const

/** Most resources in one answer. */
export const mostResults = 200

export const serviceProviderConfig = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: mostResults },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: true },
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'Bearer token',
      description: 'A token of the provisioning program: convergence scim token',
      specUri: 'https://www.rfc-editor.org/info/rfc6750',
      primary: true,
    },
  ],
} as const
