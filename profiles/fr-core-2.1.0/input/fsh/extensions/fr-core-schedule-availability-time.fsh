Extension: FRCoreScheduleAvailabilityTimeExtension
Id: fr-core-schedule-availability-time
Title: "Availability"
Description: "Recurring and single times when the schedule is open or closed."
Context: Schedule
* extension contains
    type 1..1 and
    rrule 0..1 and
    start 1..1 and
    end 1..1 and
    identifier 1..* and
    unavailabilityReason 0..1 and
    created 0..1 and
    priority 0..1
* extension 4..
* extension[type].value[x] only Coding
* extension[type].value[x] from $fr-core-vs-schedule-type (extensible)
* extension[rrule]
  * extension contains
      freq 1..1 and
      until 0..1 and
      count 0..1 and
      interval 0..1 and
      bySecond 0..* and
      byMinute 0..* and
      byHour 0..* and
      byDay 0..* and
      byMonthDay 0..* and
      byYearDay 0..* and
      byWeekNo 0..* and
      byMonth 0..* and
      wkst 0..*
  * extension 1..
  * extension[freq].extension ..0
  * extension[freq].value[x] only Coding
  * extension[freq].value[x] from $fr-core-vs-availability-time-rule (required)
  * extension[freq].value[x].system = "https://www.ietf.org/rfc/rfc2445" (exactly)
  * extension[until].extension ..0
  * extension[until].value[x] only dateTime
  * extension[count].extension ..0
  * extension[count].value[x] only integer
  * extension[interval].extension ..0
  * extension[interval].value[x] only integer
  * extension[bySecond].extension ..0
  * extension[bySecond].value[x] only positiveInt
  * extension[byMinute].extension ..0
  * extension[byMinute].value[x] only positiveInt
  * extension[byHour].extension ..0
  * extension[byHour].value[x] only positiveInt
  * extension[byDay].extension ..0
  * extension[byDay].value[x] only string
  * extension[byMonthDay].extension ..0
  * extension[byMonthDay].value[x] only integer
  * extension[byYearDay].extension ..0
  * extension[byYearDay].value[x] only string
  * extension[byWeekNo].extension ..0
  * extension[byWeekNo].value[x] only integer
  * extension[byMonth].extension ..0
  * extension[byMonth].value[x] only positiveInt
  * extension[wkst].extension ..0
  * extension[wkst].value[x] only code
  * extension[wkst].value[x] from $days-of-week (required)
* extension[start].value[x] only dateTime
* extension[end].value[x] only dateTime
* extension[identifier].value[x] only Identifier
* extension[unavailabilityReason].value[x] only CodeableConcept
* extension[created].value[x] only dateTime
* extension[priority].value[x] only integer
