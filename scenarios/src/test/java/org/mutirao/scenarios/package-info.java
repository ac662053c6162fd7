/** Whole grids of real processes, watched from outside; and the rules of the code base. */
package org.mutirao.scenarios;
