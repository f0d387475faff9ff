/*
 * test: what every test of this suite starts with.
 */
#ifndef TESTS_TUI_TEST_H
#define TESTS_TUI_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#endif
