/*
 * drafts: forms with unsaved changes, a file each (core/draft.h), kept when the program
 * must end, for the next start by the same person on the same directory:
 *
 *	drafts/20261122T231500.123456Z-4711-1.draft
 *
 * beside the journal, for nobody but the user who runs relais.  Whoever holds a draft has
 * its file locked (flock(2)), so that two consoles don't both open it.  One that cannot be
 * read is renamed ("...draft.damaged") and told, never removed.
 */
#ifndef CORE_SYS_DRAFTS_H
#define CORE_SYS_DRAFTS_H

#include "core/draft.h"
#include "core/err.h"

struct drafts;

/* folder NULL: there is no place.  directory: as of journal_new().  Both are copied. */
struct drafts *drafts_new(const char *folder, const char *directory);
void drafts_free(struct drafts *d);

/* Writes it, durably; its when and directory are filled in here.  False (ERR_DRAFT): what
 * was typed is lost when the program ends now. */
bool drafts_keep(struct drafts *d, struct draft *draft, struct err *err);

/* A draft that is held. */
struct draft_file {
	struct draft draft;
	long age_s; /* since it was kept */
	char *path;
	int fd;
};

struct draft_files {
	struct draft_file **v;
	size_t n, cap;
};

/* Who's, of this directory, that nobody holds, newest first; what could not be read is
 * added to damaged, by its new path. */
void drafts_find(
	struct drafts *d, const char *who, struct draft_files *out, struct strv *damaged);

void draft_file_free(struct draft_file *f);   /* held no longer; NULL accepted */
void draft_file_remove(struct draft_file *f); /* saved or discarded: and gone */

#endif
