"""Functions that the tests send to workers."""

import os

import helper_of_work


def square(number):
    return number * number


def add(one, other=0):
    return one + other


def pair(one, other):
    return [one, helper_of_work.twice(other)]


def fail(text):
    raise ValueError(text)


class Odd(Exception):
    pass


def oddly(number):
    if number % 2:
        raise Odd("%d is odd" % number)
    return number


def leaves(number):
    print("on its way out", flush=True)
    os._exit(number)


def gives_a_set(number):
    return {number}


def where():
    return os.environ.get("MUTIRAO_INPUT", "")


def outer():
    def inner():
        return 1

    return inner


class Thing:
    def method(self):
        return 1
