/**
 * What is shown of the grid: views that the loop fills and any number of threads read, so that watching never slows the hand-out.
 */
package org.mutirao.master.watch;
