import Glibc

/// The floor: a LIFO stack of objects for each exact size, without accounting. A free is told the size of the object, which no
/// malloc is. It supports one thread.
struct FloorContender: Contender {
  private static let largest = 1 << 16
  private let stacks: UnsafeMutablePointer<UnsafeMutableRawPointer?>

  init(_ setup: ContenderSetup) {
    stacks = .allocate(capacity: FloorContender.largest)
    stacks.initialize(repeating: nil, count: FloorContender.largest)
  }

  @inline(__always)
  func allocate(_ bytes: Int, cache: UInt32, cpu: Int) -> UnsafeMutableRawPointer? {
    let size = max(bytes, 8)
    guard size < FloorContender.largest, let object = stacks[size] else { return malloc(size) }
    stacks[size] = object.load(as: UnsafeMutableRawPointer?.self)
    return object
  }

  @inline(__always)
  func free(_ object: UnsafeMutableRawPointer, bytes: Int, cache: UInt32, cpu: Int) {
    let size = max(bytes, 8)
    guard size < FloorContender.largest else { return Glibc.free(object) }
    object.storeBytes(of: stacks[size], as: UnsafeMutableRawPointer?.self)
    stacks[size] = object
  }
}
