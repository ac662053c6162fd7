/**
 * What lies in a job's folder beside the results themselves: {@link org.mutirao.master.results.job.Merging} makes one file of many,
 * {@link org.mutirao.master.results.job.Summary} one line of each task. Pure but for the files that it is given.
 */
package org.mutirao.master.results.job;
