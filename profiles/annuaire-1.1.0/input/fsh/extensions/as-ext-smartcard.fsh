Extension: AsSmartCardExtension
Id: as-ext-smartcard
Title: "Professional card"
Description: "Card of the CPS family held by a person or an organisation."
Context: Practitioner
* extension contains
    type 0..1 and
    number 0..1 and
    period 0..1 and
    oppositionDate 0..1
* extension[type].value[x] only CodeableConcept
* extension[type].value[x] from $JDV-J128-TypeCarte-RASS (extensible)
* extension[number].value[x] only string
* extension[period]
  * value[x] only Period
  * value[x].start ^short = "From when"
  * value[x].end ^short = "Until when"
* extension[oppositionDate].value[x] only dateTime
