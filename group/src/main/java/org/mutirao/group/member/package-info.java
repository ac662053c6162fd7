/**
 * Who the masters of a group are: how they find each other (Neighbourhood), become a group
 * (Founding) and stay one (Keeper).
 */
package org.mutirao.group.member;
