internal import Glibc

/// Records of all objects of an engine, in one table, at positions that are computed from the addresses of the objects
/// like those of owner tags (see `OwnerTags`), so that neither a slab nor its descriptor needs to be looked up.
///
/// A slab whose objects are at least 2^s bytes apart has one record for every 2^s bytes. With `origin`, the size of
/// machine memory or more, the record of the object at an offset in machine memory has the position
///
///     (origin + offset) >> s        in  origin >> s  ..<  2 * origin >> s
///
/// The table is reserved address space, four times as much as machine memory. Of that, memory backs the records of those
/// slabs whose objects have records: 16 bytes for every 2^s bytes, hence 16 to 32 bytes for each object.
struct ObjectRecords: @unchecked Sendable {
  // Sendable: the record of an object is used by its owner, or with the pool's lock held.
  let table: UnsafeMutablePointer<ObjectRecord>
  let origin: Int

  /// The least and the largest shift: the tag of a record has the lowest 16 bits of the object's address.
  private static let shifts = 3...16

  /// Uses zero-filled memory of `bytes(forMemory:)` bytes at `start`.
  init(at start: UnsafeMutableRawPointer, forMemory bytes: Int) {
    origin = ObjectRecords.origin(forMemory: bytes)
    table = start.bindMemory(to: ObjectRecord.self, capacity: (2 * origin) >> ObjectRecords.shifts.lowerBound)
  }

  /// Bytes of the table for this many bytes of machine memory.
  static func bytes(forMemory bytes: Int) -> Int {
    (2 * origin(forMemory: bytes)) >> shifts.lowerBound * MemoryLayout<ObjectRecord>.stride
  }

  /// A multiple of the largest block, so that no two shifts use the same record.
  private static func origin(forMemory bytes: Int) -> Int {
    (bytes + MachineMemory.largestBlockBytes - 1) & ~(MachineMemory.largestBlockBytes - 1)
  }

  /// Returns the shift for slabs whose objects are `stride` bytes apart.
  static func shift(forStride stride: Int) -> Int {
    min(Int.bitWidth - 1 - stride.leadingZeroBitCount, shifts.upperBound)
  }

  /// Returns the factor with which `record(at:multiplier:)` finds the same record as with a shift. A multiplication is
  /// faster than a shift by a variable number. 0 in place of the factor leads to record 0, which no object has.
  static func multiplier(forShift shift: Int) -> UInt32 { 1 << UInt32(shifts.upperBound - shift) }

  /// Returns the record of the object at an offset in machine memory.
  @inline(__always)
  func record(at offset: Int, multiplier: UInt32) -> UnsafeMutablePointer<ObjectRecord> {
    // The product has at most 63 bits, because machine memory has less than 2^49 bytes.
    let product = UInt64(truncatingIfNeeded: origin &+ offset) &* UInt64(multiplier)
    return table + Int(truncatingIfNeeded: product >> UInt64(ObjectRecords.shifts.upperBound))
  }

  /// Gives record 0 a tag that no object has, so that a look-up with the factor 0 finds no object.
  func markRecordZero() {
    table.pointee = ObjectRecord(tag: .max, origin: 0, birth: 0)
  }

  /// Returns the shift for slabs whose owner tags have a shift.
  static func shift(forTagShift shift: Int) -> UInt32 { UInt32(min(shift, shifts.upperBound)) }

  /// Returns the record of the object at an offset in machine memory.
  @inline(__always)
  func record(at offset: Int, shift: Int) -> UnsafeMutablePointer<ObjectRecord> {
    table + (origin &+ offset) &>> shift
  }

  /// Returns the record of an object of a slab.
  /// - Parameter frame: The slab's first page.
  func record(
    ofObject number: Int, of slab: UnsafeMutablePointer<PageDescriptor>, frame: Int
  ) -> UnsafeMutablePointer<ObjectRecord>? {
    guard slab.pointee.hasRecords else { return nil }
    return record(
      at: frame << MachineMemory.pageShift + slab.pointee.offset(ofObject: number),
      shift: ObjectRecords.shift(forStride: Int(slab.pointee.stride)))
  }

  /// Returns the record of the object at, or near, a location; nil if the objects of the slab have none.
  func record(at location: MachineMemory.BlockLocation) -> UnsafeMutablePointer<ObjectRecord>? {
    record(ofObject: location.object, of: location.slab, frame: Int(location.frame))
  }

  /// Marks all objects of a slab as never allocated.
  /// - Parameter frame: The slab's first page.
  func clear(_ slab: UnsafeMutablePointer<PageDescriptor>, frame: Int) {
    let shift = ObjectRecords.shift(forStride: Int(slab.pointee.stride))
    let records = (MachineMemory.pageBytes << Int(slab.pointee.order)) >> shift
    memset(record(at: frame << MachineMemory.pageShift, shift: shift), 0, records * MemoryLayout<ObjectRecord>.stride)
  }
}

extension SlabEngine {
  /// Returns the record of an object; nil if it has none.
  func record(of object: UnsafeMutableRawPointer) -> UnsafeMutablePointer<ObjectRecord>? {
    memory.location(of: object).flatMap { records.record(at: $0) }
  }
}
