import Glibc

/// The page-map floor: a LIFO stack of objects for each size class, without accounting. A free is told only the pointer, and finds
/// the size class in a map from page to class. No allocator that serves more than one size by pointer can do less work. It supports
/// one thread and never returns memory.
struct PageMapFloorContender: Contender {
  private static let classShift = 3
  private static let largest = 1 << 16
  private static let pageShift = 12
  /// Pages that a size class adds at a time.
  private static let runBytes = 1 << 16
  private static let regionBytes = 1 << 32

  /// First free object of each size class; a free object begins with a pointer to the next one.
  private let stacks: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  /// Size class of each page.
  private let map: UnsafeMutablePointer<UInt16>
  private let region: UnsafeMutableRawPointer
  /// Bytes of the region that runs use.
  private let used: UnsafeMutablePointer<Int>

  init(_ setup: ContenderSetup) throws {
    stacks = .allocate(capacity: PageMapFloorContender.largest >> PageMapFloorContender.classShift + 1)
    stacks.initialize(repeating: nil, count: PageMapFloorContender.largest >> PageMapFloorContender.classShift + 1)
    used = .allocate(capacity: 1)
    used.initialize(to: 0)
    region = try reserve(PageMapFloorContender.regionBytes)
    let pages = PageMapFloorContender.regionBytes >> PageMapFloorContender.pageShift
    map = try reserve(pages * MemoryLayout<UInt16>.stride).bindMemory(to: UInt16.self, capacity: pages)
  }

  @inline(__always)
  func allocate(_ bytes: Int, cache: UInt32, cpu: Int) -> UnsafeMutableRawPointer? {
    guard bytes <= PageMapFloorContender.largest else { return malloc(bytes) }
    let sizeClass = (bytes &+ 7) >> PageMapFloorContender.classShift
    guard let object = stacks[sizeClass] else { return addRun(to: sizeClass) }
    stacks[sizeClass] = object.load(as: UnsafeMutableRawPointer?.self)
    return object
  }

  @inline(__always)
  func free(_ object: UnsafeMutableRawPointer, bytes: Int, cache: UInt32, cpu: Int) {
    let offset = UInt(bitPattern: object - region)
    // Only objects above the largest class lie outside of the region.
    guard offset < UInt(PageMapFloorContender.regionBytes) else { return Glibc.free(object) }
    let sizeClass = Int(map[Int(bitPattern: offset >> UInt(PageMapFloorContender.pageShift))])
    object.storeBytes(of: stacks[sizeClass], as: UnsafeMutableRawPointer?.self)
    stacks[sizeClass] = object
  }

  /// Divides a run of pages into objects of a size class.
  /// - Returns: The first object; nil if the region is used up. The others are on the stack, the lowest address on top.
  @inline(never)
  private func addRun(to sizeClass: Int) -> UnsafeMutableRawPointer? {
    let size = max(sizeClass, 1) << PageMapFloorContender.classShift
    let start = used.pointee
    guard start + PageMapFloorContender.runBytes <= PageMapFloorContender.regionBytes else { return nil }
    used.pointee = start + PageMapFloorContender.runBytes
    for page in start >> PageMapFloorContender.pageShift..<used.pointee >> PageMapFloorContender.pageShift {
      map[page] = UInt16(sizeClass)
    }
    for index in stride(from: PageMapFloorContender.runBytes / size - 1, to: 0, by: -1) {
      let object = region + start + index * size
      object.storeBytes(of: stacks[sizeClass], as: UnsafeMutableRawPointer?.self)
      stacks[sizeClass] = object
    }
    return region + start
  }
}

/// Reserves address space, whose pages are zero until they are first written.
private func reserve(_ bytes: Int) throws -> UnsafeMutableRawPointer {
  let start = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
  guard let start, start != MAP_FAILED else { throw BenchmarkError("no address space for \(bytes) bytes") }
  return start
}
