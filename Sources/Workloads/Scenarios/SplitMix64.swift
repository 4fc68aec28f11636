internal import Glibc

/// Seeded random number generator (SplitMix64; Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// 2014).
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

  /// Returns a random integer in 0..<count, by multiplication (Lemire, "Fast random integer generation in an interval",
  /// 2019, without the correction of a bias of at most count / 2^64).
  @inline(__always)
  mutating func below(_ count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }

  /// Returns a random integer in lower...upper.
  @inline(__always)
  mutating func uniform(_ lower: Int, _ upper: Int) -> Int { lower + below(upper - lower + 1) }

  /// Returns true with probability 1 / count.
  @inline(__always)
  mutating func once(in count: Int) -> Bool { below(count) == 0 }

  /// Returns an exponentially distributed random number.
  mutating func exponential(mean: Double) -> Double {
    let uniform = Double(next() >> 11) / Double(1 << 53)
    return -log(1 - uniform) * mean
  }

  /// Returns a random interval in microseconds between two events of a Poisson process of `rate` events per second.
  mutating func gap(rate: Double) -> Double { exponential(mean: 1e6 / rate) }
}
