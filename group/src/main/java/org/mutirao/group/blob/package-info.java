/** Packages and results as files named by their hash. See {@link org.mutirao.group.blob.BlobStore}. */
package org.mutirao.group.blob;
