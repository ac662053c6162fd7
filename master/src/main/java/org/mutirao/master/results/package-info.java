/** How results get out: {@link org.mutirao.master.results.ResultsFolder} fills {@code results/}. */
package org.mutirao.master.results;
