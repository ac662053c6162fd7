/** Stand-ins for clocks, threads, networks and packages, for the tests of all modules. */
package org.mutirao.testkit;
