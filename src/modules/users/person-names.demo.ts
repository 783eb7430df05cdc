import { pick } from '../../lib/pick.ts';

// 32 and 31 have no common divisor, so the first 992 numbers give 992 different names.
const FIRST_NAMES = [
  'Ada',
  'Bruno',
  'Carmen',
  'Dmitri',
  'Eleni',
  'Farid',
  'Grace',
  'Hiroshi',
  'Imani',
  'Jonas',
  'Keiko',
  'Liam',
  'Maya',
  'Noah',
  'Olga',
  'Priya',
  'Quentin',
  'Rosa',
  'Samuel',
  'Tara',
  'Umar',
  'Vera',
  'Wei',
  'Ximena',
  'Yusuf',
  'Zoë',
  'Amélie',
  'Björn',
  'Chidi',
  'Dolores',
  'Emeka',
  'Frida',
] as const;
const LAST_NAMES = [
  'Abara',
  'Bauer',
  'Castillo',
  'Dubois',
  'Eriksen',
  'Fischer',
  'García',
  'Haddad',
  'Ivanova',
  'Jensen',
  'Kowalski',
  'Lindqvist',
  'Moreau',
  'Nakamura',
  'Okafor',
  'Petrov',
  'Quinn',
  'Rossi',
  'Schmidt',
  'Tanaka',
  'Usman',
  'Varga',
  'Walsh',
  'Xu',
  'Yilmaz',
  'Zimmer',
  'Appiah',
  'Brennan',
  'Costa',
  'Demir',
  'Evans',
] as const;

/** The name of a person. */
export function personName(number: number): string {
  return `${pick(FIRST_NAMES, number)} ${pick(LAST_NAMES, number)}`;
}

/** Where the names of the tenants' people begin, after those of their customers, and how far apart. */
const FIRST_OF_TENANTS = 300;
const STRIDE = 23;

/** The name of one of the people of a tenant, who are numbered from 0: the staff first, and then the members. */
export function tenantPersonName(tenantNumber: number, number: number): string {
  return personName(FIRST_OF_TENANTS + tenantNumber * STRIDE + number);
}
