Extension: OrganizationDescription
Id: extension-Organization.description
Title: "Description of an organisation"
Description: "What the organisation is and does; an element of its own since FHIR R5."
Context: Organization
* ^url = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Organization.description"
* value[x] only markdown
