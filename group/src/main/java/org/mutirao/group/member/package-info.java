/**
 * Who the masters of a group are: how they find each other (PeerDiscovery), become a group
 * (GroupBootstrap) and stay one (GroupReconciler).
 */
package org.mutirao.group.member;
