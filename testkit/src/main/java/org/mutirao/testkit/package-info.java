/** Real stand-ins for clocks, threads, logs and packages, for the tests of all modules. */
package org.mutirao.testkit;
