"""What the measured programs share: inputs that every library computes alike, timing, memory."""

import re
import time

import numpy


def mixed(words):
    """32 bits well mixed, element by element: the hash lowbias32 of Chris Wellons."""
    words ^= words >> numpy.uint32(16)
    words *= numpy.uint32(0x7FEB352D)
    words ^= words >> numpy.uint32(15)
    words *= numpy.uint32(0x846CA68B)
    words ^= words >> numpy.uint32(16)
    return words


def seed_of(name):
    """A number for a name: FNV-1a of its letters."""
    number = 0x811C9DC5
    for letter in name:
        number = ((number ^ ord(letter)) * 0x01000193) & 0xFFFFFFFF
    return number


def values(name, shape, bound=1.0):
    """Numbers spread evenly over +-bound, the same for a name as those of `values.ts`: a float32 array."""
    count = int(numpy.prod(shape))
    words = numpy.arange(count, dtype=numpy.uint32) + numpy.uint32(seed_of(name))
    return ((mixed(words) / 2.0**31 - 1) * bound).astype(numpy.float32).reshape(shape)


def timed(run, effort):
    """The middle and the least seconds of the runs of one turn, after some to warm up."""

    def turn(seconds, runs):
        taken = []
        begun = time.perf_counter()
        while len(taken) < runs or time.perf_counter() - begun < seconds:
            started = time.perf_counter()
            run()
            taken.append(time.perf_counter() - started)
        return sorted(taken)

    seconds = effort["turnMs"] / 1000
    turn(effort["warmUpMs"] / 1000, (effort["runs"] + 1) // 2)
    taken = turn(seconds, effort["runs"])
    return {"median": (taken[len(taken) // 2] + taken[(len(taken) - 1) // 2]) / 2, "least": taken[0]}


def status(field):
    """A line of what Linux says of this process, in bytes."""
    with open("/proc/self/status", encoding="ascii") as lines:
        return int(re.search(rf"^{field}:\s+(\d+) kB$", lines.read(), re.MULTILINE).group(1)) * 1024


def memory_grown(run):
    """What `run` adds at most to the resident memory of this process, in bytes."""
    with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        file.write("5")  # brings the high-water mark down to what is resident now
    before = status("VmRSS")
    run()
    return status("VmHWM") - before
