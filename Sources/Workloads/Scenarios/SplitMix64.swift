internal import Glibc

/// Repeatable randomness (SplitMix64; Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  @inline(__always)
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// A number from 0 up to `count`, itself not included, by multiplication (Lemire, "Fast random integer generation in an
  /// interval", 2019, without its correction of at most count / 2^64).
  @inline(__always)
  mutating func below(_ count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }

  /// A number from `lower` to `upper`, both included.
  @inline(__always)
  mutating func uniform(_ lower: Int, _ upper: Int) -> Int { lower + below(upper - lower + 1) }

  /// Whether something happens that happens once in `count` times.
  @inline(__always)
  mutating func once(in count: Int) -> Bool { below(count) == 0 }

  /// An exponentially distributed number with this mean.
  mutating func exponential(mean: Double) -> Double {
    let uniform = Double(next() >> 11) / Double(1 << 53)
    return -log(1 - uniform) * mean
  }

  /// A time between two of `rate` random events a second, in microseconds.
  mutating func gap(rate: Double) -> Double { exponential(mean: 1e6 / rate) }
}
