/*
 * environment: what a program inherits from whoever starts it, when that is somebody who
 * shall do nothing else with the machine (relais --restricted, as a ForceCommand of
 * sshd_config(5)).
 */
#ifndef CORE_SYS_ENVIRONMENT_H
#define CORE_SYS_ENVIRONMENT_H

/* Keeps nothing of the environment but TERM, COLORTERM, NO_COLOR, LANGUAGE, LANG, LC_*, TZ
 * and KRB5CCNAME, each only as long as it names no file of the user's choice; PATH is the
 * system's, XDG_STATE_HOME in the home that the user database names.  First of all, before
 * any library looks at it.  LD_* and what libraries read as they are loaded, BASH_ENV and
 * the like of a shell before us, are for whoever starts us to refuse. */
void environment_restrict(void);

#endif
